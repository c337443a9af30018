import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

function argumentsOf(operation: JsonObject, method = 'get', fields = true) {
  const tool = onlyTool(compileOperation(operation, { method, api: { tools: { fields } } }))
  return { names: Object.keys(tool.inputSchema.properties ?? {}), tool }
}

const json = { 200: { description: '', content: { 'application/json': {} } } }

t.test('read tools that answer JSON take `fields`, where the configuration says so', async t => {
  t.same(argumentsOf({ responses: json }).names, ['fields'])
  t.same(argumentsOf({ responses: {} }).names, ['fields'], 'a document that does not say')
  t.same(argumentsOf({ responses: json }, 'get', false).names, [])
  t.same(argumentsOf({ responses: json }, 'post').names, [])
  t.same(argumentsOf({ responses: { 200: { description: '', content: { 'text/csv': {} } } } }).names, [])
})

t.test('an API’s own parameter for it stays the only one, and is named when an answer was cut', async t => {
  for (const name of ['fields', 'opt_fields', '$select', 'fields[articles]', 'include_fields']) {
    const { names, tool } = argumentsOf({ parameters: [{ name, in: 'query' }], responses: json })
    t.equal(names.length, 1, name)
    t.same(tool.answer?.narrowing, names)
    t.equal(tool.answer?.reshape, undefined)
  }
})

t.test('an argument of the same name elsewhere keeps its name', async t => {
  const { names, tool } = argumentsOf({ parameters: [{ name: 'fields', in: 'header' }], responses: json })
  t.same(names, ['fields', 'fields_gateway'])
  t.equal(tool.answer?.reshape?.argument, 'fields_gateway')
})

t.test('a rule can’t bind it: it is no parameter', async t => {
  const rules = [{ match: { path: '/things' }, bind: { fields: 'principal.subject' } }]
  const compile = () =>
    compileOperation({ responses: json }, { method: 'get', api: { tools: { fields: true, rules } } })
  t.throws(compile, { code: 'configuration_invalid' })
})
