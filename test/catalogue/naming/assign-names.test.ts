import t from 'tap'
import { compileCatalogue } from '../../../src/catalogue/compile.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { compileDocument, loaded } from '../compile-document.ts'

const names = (tools: readonly { readonly name: string }[]) => tools.map(tool => tool.name)
const scopes = { reader: { allow: ['read:*'] } }

t.test('a document can not call a tool like a scope that was given out for something else', async t => {
  const paths = {
    '/a': { delete: { operationId: 'one', 'x-mcp': { name: 'reader' } } },
    '/b': { delete: { operationId: 'two', 'x-mcp': { name: 'export' } } },
    '/c': { get: { operationId: 'three', 'x-mcp': { scope: 'export' } } },
    '/d': { delete: { operationId: 'four', 'x-mcp': { name: 'own', scope: 'own' } } },
  }
  t.same(names(compileDocument({ paths }, { scopes }).tools), ['reader_2', 'export_2', 'three', 'own'])
  const derived = { '/a': { delete: { operationId: 'reader' } } }
  t.same(names(compileDocument({ paths: derived }, { scopes }).tools), ['reader_2'])
})

t.test('a rule that gives a tool the name of a declared scope is a mistake', async t => {
  const api = { tools: { rules: [{ match: { operation: 'one' }, name: 'reader' }] } }
  const paths = { '/a': { delete: { operationId: 'one' } } }
  const problem = { path: 'apis[0].tools.rules[0].name', message: /also a declared scope/ }
  try {
    compileDocument({ paths }, { api, scopes })
    t.fail('it was compiled')
  } catch (error) {
    t.match(error, { code: 'configuration_invalid', data: { problems: [problem] } })
  }
})

t.test('a document can not take the name of a tool of an API before it', async t => {
  const config = configSchema.parse({
    name: 'acme',
    apis: ['billing', 'weather'].map(name => ({ name, openapi: 'x', upstream: `https://${name}.example` })),
    auth: [{ type: 'token' }],
  })
  const apis = config.apis.map(api => ({
    ...api,
    credentials: [api.credentials].flat(),
    tools: { ...api.tools, prefix: '' },
  }))
  const documents = new Map([
    ['billing', loaded({ paths: { '/i': { get: { operationId: 'get_invoice' } } } })],
    ['weather', loaded({ paths: { '/w': { get: { operationId: 'w', 'x-mcp': { name: 'get_invoice' } } } } })],
  ])
  const { tools } = compileCatalogue({ file: '/x', apis, auth: [], scopes: {} }, documents)
  t.same(
    tools.map(({ name, api }) => [name, api]),
    [
      ['get_invoice', 'billing'],
      ['get_invoice_2', 'weather'],
    ],
  )
})
