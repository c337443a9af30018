import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const tool = (type: string, media: JsonObject) =>
  onlyTool(
    compileOperation(
      { operationId: 'op', requestBody: { required: true, content: { [type]: media } } },
      { method: 'patch' },
    ),
  )
const object = { type: 'object', properties: { a: { type: 'string' } } }

t.test('a JSON Patch is a list of operations, also where the document says less', async t => {
  for (const schema of [{}, { type: 'object' }, object, { description: 'A patch.' }, { $ref: '#/nowhere' }]) {
    const { plan, inputSchema, validate } = tool('application/json-patch+json', { schema })
    t.match(plan.body, { kind: 'argument', encoding: 'json', mediaType: 'application/json-patch+json' })
    t.match(inputSchema, { properties: { body: { type: 'array', items: { required: ['op', 'path'] } } } })
    t.strictSame(validate({ body: [{ op: 'replace', path: '/a', value: null }] }), [])
    t.not(validate({ body: [{ op: 'overwrite', path: '/a' }] }).length, 0)
  }
  const own = {
    type: 'array',
    items: { type: 'object', properties: { op: { type: 'string', enum: ['add'] } } },
  }
  const { validate } = tool('application/json-patch+json', { schema: own })
  t.strictSame(validate({ body: [{ op: 'add' }] }), [], 'what the document says of it holds')
})

t.test('a merge patch is JSON', async t => {
  t.match(tool('application/merge-patch+json', { schema: object }).plan.body, {
    kind: 'properties',
    mediaType: 'application/merge-patch+json',
  })
})

t.test('anything is JSON, and said to be', async t => {
  for (const type of ['*/*', 'application/*', 'application/*+json']) {
    t.match(
      tool(type, { schema: object }).plan.body,
      { kind: 'properties', mediaType: 'application/json' },
      type,
    )
  }
})

t.test('lines of JSON are a list', async t => {
  for (const [media, item] of [
    [{ itemSchema: object }, 'object'],
    [{ schema: object }, 'object'],
    [{ schema: { type: 'array', items: { type: 'integer' } } }, 'integer'],
  ] as const) {
    const { plan, inputSchema } = tool('application/x-ndjson', media)
    t.match(plan.body, { kind: 'argument', encoding: 'jsonLines', mediaType: 'application/x-ndjson' })
    t.match(inputSchema, { properties: { body: { type: 'array', items: { type: item } } } })
  }
})

t.test('lines that the document has as one text are a text', async t => {
  t.match(tool('application/x-ndjson', { schema: { type: 'string' } }).plan.body, { encoding: 'text' })
})

t.test('a body that stays one argument loses the request’s own credential too', async t => {
  const token = { type: 'string', description: 'Authentication token. Requires scope: `a`' }
  const schema = { type: 'object', required: ['token', 'a'], properties: { token, a: { type: 'string' } } }
  const content = { 'application/json': { schema } }
  const { tools, report } = compileOperation({ operationId: 'op', requestBody: { content } })
  const [only] = tools
  t.match(only?.plan.body, { kind: 'argument' })
  t.strictSame(only?.validate({ body: { a: 'x' } }), [])
  t.strictSame(only?.validate({}), [])
  t.equal(only?.validate({ body: { a: 'x', token: 'mine' } }).length, 1)
  t.notMatch(JSON.stringify(only?.inputSchema), /token/)
  t.match(report, [{ reasons: [/"token" carries a credential/] }])
})
