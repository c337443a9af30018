import t from 'tap'
import { isAboutTransport } from '../../../src/catalogue/classify/is-about-transport.ts'
import { createResolver } from '../../../src/catalogue/document/resolve-reference.ts'
import { compileDocument } from '../compile-document.ts'

const json = { 'application/json': { schema: { type: 'object' } } }
const shared = { content: json }
const resolve = createResolver({ components: { responses: { Shared: shared } } })
const ask = (method: string, operation: object) => isAboutTransport(method, { ...operation }, resolve)

t.test('TRACE always, OPTIONS unless the document gives it a meaning', async t => {
  t.ok(ask('TRACE', { requestBody: {}, responses: { 200: shared } }))
  t.ok(ask('OPTIONS', {}))
  t.ok(ask('OPTIONS', { responses: { 204: { description: 'none' } } }))
  t.ok(ask('OPTIONS', { responses: { 200: { content: { '*/*': {} } } } }), 'a proxy of any method')
  t.ok(ask('OPTIONS', { responses: { 400: shared, default: shared } }), 'errors are no answers')
  t.notOk(ask('OPTIONS', { requestBody: { content: json } }))
  t.notOk(ask('OPTIONS', { responses: { 200: shared } }))
  t.notOk(ask('OPTIONS', { responses: { 200: { $ref: '#/components/responses/Shared' } } }))
  t.notOk(ask('GET', {}))
})

t.test('what a generator writes for browsers that ask first is no answer of the API', async t => {
  const headers = { 'Access-Control-Allow-Origin': { schema: { type: 'string' } } }
  t.ok(ask('OPTIONS', { responses: { 200: { headers, content: json } } }))
})

t.test('the report says what to do', async t => {
  const responses = { 200: { description: '' } }
  const { tools, report } = compileDocument({
    paths: { '/a': { options: { responses } }, '/b': { options: { responses: { 200: shared } } } },
  })
  t.match(tools, [{ operation: { path: '/b' }, tier: 'read' }])
  t.match(report, [{ outcome: 'skipped', reasons: [/describe its answer as JSON/] }, { outcome: 'exposed' }])
})
