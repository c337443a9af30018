import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const tool = (content: JsonObject, description?: string) =>
  onlyTool(compileOperation({ operationId: 'op', requestBody: { required: true, description, content } }))
const file = { type: 'string', format: 'binary' }
const order = { type: 'object', properties: { id: { type: 'integer' }, card: { type: 'string' } } }

t.test('a text of any type is the text itself', async t => {
  for (const type of [
    'text/plain',
    'text/x-markdown',
    'application/xml',
    'application/yaml',
    'application/graphql',
  ]) {
    const { plan, inputSchema } = tool(
      { [type]: { schema: { type: 'string', maxLength: 9 } } },
      'What to render.',
    )
    t.strictSame(plan.body, { kind: 'argument', mediaType: type, encoding: 'text', argument: 'body' })
    t.match(inputSchema, {
      properties: { body: { type: 'string', maxLength: 9, description: 'What to render.' } },
    })
  }
})

t.test('what is described as an object and written as a text says what is to be in it', async t => {
  const { inputSchema, validate } = tool({ 'application/xml': { schema: order } }, 'An order.')
  t.match(inputSchema, {
    properties: {
      body: { type: 'string', description: 'An order. Write application/xml as text with id, card.' },
    },
  })
  t.strictSame(validate({ body: '<order><id>1</id></order>' }), [])
  t.equal(validate({ body: { id: 1 } }).length, 1)
})

t.test('a text with a secret in it is a secret', async t => {
  const secret = { ...order, properties: { ...order.properties, password: { type: 'string' } } }
  t.notOk(tool({ 'application/xml': { schema: order } }).isSensitive(['body']))
  t.ok(tool({ 'application/xml': { schema: secret } }).isSensitive(['body']))
  t.ok(tool({ 'application/octet-stream': { schema: { ...file, writeOnly: true } } }).isSensitive(['body']))
})

t.test('bytes are base64, a data URI, or text where it may be one', async t => {
  const encoded = (type: string, schema: JsonObject = file) => {
    const { plan, inputSchema } = tool({ [type]: { schema } })
    t.match(inputSchema.properties, { body: { type: 'string', description: /^File, as .*data URI/ } }, type)
    return plan.body?.kind === 'argument' && plan.body.encoding
  }
  t.equal(encoded('image/png'), 'binary')
  t.equal(encoded('application/pdf', {}), 'binary')
  t.equal(encoded('application/octet-stream'), 'anyFile')
  t.equal(encoded('*/*'), 'anyFile')
  t.equal(encoded('text/csv'), 'textFile')
  t.equal(encoded('application/vnd.acme.thing', {}), 'anyFile')
  t.equal(encoded('application/json'), 'textFile')
})

t.test('a file may be of each type that the body has for files', async t => {
  const { plan, inputSchema } = tool({ 'image/png': { schema: file }, 'image/jpeg': { schema: file } })
  t.match(plan.body, { mediaType: 'image/png, image/jpeg', encoding: 'binary' })
  t.match(inputSchema.properties, { body: { description: /Sent as image\/png, image\/jpeg\./ } })
})

t.test('what takes any media type and is a text is a file, not JSON in quotes', async t => {
  t.match(tool({ '*/*': { schema: { type: 'string' } } }).plan.body, {
    mediaType: '*/*',
    encoding: 'anyFile',
  })
  t.match(tool({ '*/*': { schema: order } }).plan.body, { kind: 'properties', mediaType: 'application/json' })
})
