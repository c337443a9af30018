import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const tool = (media: JsonObject, type = 'multipart/mixed') =>
  onlyTool(
    compileOperation({ operationId: 'op', requestBody: { required: true, content: { [type]: media } } }),
  )
const object = { type: 'object', properties: { a: { type: 'string' } } }
const file = { type: 'string', format: 'binary' }

t.test('parts that have a place instead of a name (OpenAPI 3.2)', async t => {
  const { plan, inputSchema, validate } = tool({
    schema: { type: 'array', prefixItems: [object, file], items: false },
    prefixEncoding: [{ contentType: 'application/json' }, { contentType: 'image/*' }],
  })
  t.match(plan.body, {
    kind: 'sequence',
    argument: 'body',
    prefix: [
      { name: '', encoding: 'json', file: false },
      { name: '', encoding: 'binary', file: true, mediaType: 'image/*' },
    ],
    rest: undefined,
  })
  t.match(inputSchema, { properties: { body: { type: 'array' } }, required: ['body'] })
  t.strictSame(validate({ body: [{ a: 'x' }, 'data:image/png;base64,AA=='] }), [])
  t.not(validate({ body: [{ a: 'x' }, 'AA==', 'one too many'] }).length, 0)
})

t.test('any number of parts alike', async t => {
  t.match(tool({ itemSchema: object, itemEncoding: { contentType: 'application/json' } }).plan.body, {
    kind: 'sequence',
    prefix: [],
    rest: { encoding: 'json', mediaType: 'application/json' },
  })
  t.match(tool({ schema: { type: 'array', items: file } }, 'multipart/related').plan.body, {
    kind: 'sequence',
    rest: { file: true, repeated: false },
  })
})

t.test('a multipart body about which nothing is said is a list of parts, a form is an object', async t => {
  t.match(tool({}).plan.body, { kind: 'sequence' })
  t.match(tool({}, 'multipart/form-data').plan.body, { kind: 'multipart', whole: 'body' })
  t.match(tool({ schema: object }).plan.body, { kind: 'multipart', parts: [{ name: 'a' }] })
})
