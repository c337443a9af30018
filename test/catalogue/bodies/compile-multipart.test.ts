import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const compile = (media: JsonObject, type = 'multipart/form-data', required = true) =>
  compileOperation({ operationId: 'op', requestBody: { required, content: { [type]: media } } })
const tool = (media: JsonObject, type?: string) => onlyTool(compile(media, type))
const part = (schema: JsonObject, encoding?: JsonObject) => {
  const { body } = tool({
    schema: { type: 'object', properties: { x: schema } },
    ...(encoding === undefined ? {} : { encoding: { x: encoding } }),
  }).plan
  return body?.kind === 'multipart' ? body.parts[0] : undefined
}
const text = { type: 'string' }
const file = { type: 'string', format: 'binary' }
const object = { type: 'object', properties: { a: text } }

t.test('plain values are fields, objects are JSON, lists are one part each', async t => {
  const plain = { mediaType: undefined, encoding: 'text', file: false, repeated: false, field: undefined }
  t.match(part(text), plain)
  t.match(part({ type: 'integer' }), plain)
  t.match(part({ type: 'array', items: text }), { ...plain, repeated: true })
  t.match(part(object), { mediaType: 'application/json', encoding: 'json', repeated: false })
  t.match(part({ type: 'array', items: object }), { encoding: 'json', repeated: true })
  t.match(part({ anyOf: [text, object] }), plain, 'a text must stay one')
  t.match(part({ type: 'string', format: 'byte' }), plain, 'a text that is base64')
  t.match(part({ type: 'string', contentEncoding: 'base64' }), plain)
})

t.test('files', async t => {
  const any = { file: true, encoding: 'anyFile', mediaType: '*/*', repeated: false }
  t.match(part(file), any)
  t.match(part({ type: 'file' }), any)
  t.match(part({ type: 'array', items: file }), { ...any, repeated: true })
  t.match(part({ type: 'string', contentMediaType: 'image/png' }), {
    encoding: 'binary',
    mediaType: 'image/png',
  })
  t.match(part(file, { contentType: 'text/csv' }), {
    file: true,
    encoding: 'textFile',
    mediaType: 'text/csv',
  })
  t.match(part(file, { contentType: 'image/png, image/jpeg' }), {
    encoding: 'binary',
    mediaType: 'image/png, image/jpeg',
  })
  t.match(part({}, { contentType: 'application/octet-stream' }), { file: true, encoding: 'anyFile' })
  t.match(part({ oneOf: [file, { type: 'array', items: file }] }), { file: true, repeated: true })
})

t.test('what the Encoding Object says', async t => {
  t.match(part(text, { contentType: 'application/xml; charset=utf-8' }), {
    file: false,
    encoding: 'text',
    mediaType: 'application/xml; charset=utf-8',
  })
  t.match(part(text, { contentType: 'application/json' }), {
    encoding: 'json',
    mediaType: 'application/json',
  })
  t.match(part({ type: 'array', items: text }, { contentType: 'application/json' }), {
    encoding: 'json',
    repeated: false,
  })
  t.match(part(object, { style: 'deepObject', explode: true }), {
    mediaType: undefined,
    field: { style: 'deepObject', explode: true },
  })
})

t.test('the argument of a file is a text that says how to write it', async t => {
  const { inputSchema, validate } = tool({
    schema: {
      type: 'object',
      required: ['f'],
      properties: {
        f: { ...file, description: 'The picture.', maxLength: 3 },
        list: { type: 'array', items: file },
        either: { anyOf: [{ type: 'integer' }, file] },
      },
    },
  })
  t.match(inputSchema, {
    properties: {
      f: { type: 'string', description: /^File, as base64, a data URI .*The picture\.$/ },
      list: { type: 'array', items: { type: 'string' }, description: /^Files, each/ },
      either: { description: /data URI/ },
    },
    required: ['f'],
  })
  t.strictSame(
    validate({ f: 'data:text/plain,hello', list: ['aGk='], either: 5 }),
    [],
    'bytes are not characters',
  )
  t.equal(validate({ f: 5 }).length, 1)
})

t.test('what is secret stays so, though the schema is replaced', async t => {
  const { isSensitive } = tool({
    schema: { type: 'object', properties: { a: { ...file, writeOnly: true }, b: file } },
  })
  t.ok(isSensitive(['a']))
  t.notOk(isSensitive(['b']))
})

t.test('free names make one argument that is an object; the document’s parts are as it says', async t => {
  const { plan, inputSchema } = tool({
    schema: { type: 'object', properties: { f: file }, additionalProperties: object },
  })
  t.match(plan.body, {
    kind: 'multipart',
    whole: 'body',
    parts: [{ argument: 'f', name: 'f', file: true }],
    others: { name: '', encoding: 'json' },
  })
  t.match(inputSchema.properties, { body: { type: 'object' } })
  t.match(tool({}).plan.body, { kind: 'multipart', whole: 'body' }, 'about which nothing is said')
})

t.test('a form that is a file has it in one part', async t => {
  const { report, tools } = compile({ schema: file })
  t.match(tools[0]?.plan.body, { kind: 'multipart', parts: [{ argument: 'file', name: 'file', file: true }] })
  t.match(report, [{ outcome: 'exposed', reasons: [/sent as `file`/] }])
})

t.test('other multipart types: named parts of an object', async t => {
  const schema = { type: 'object', properties: { metadata: object, media: file } }
  t.match(tool({ schema }, 'multipart/related').plan.body, {
    kind: 'multipart',
    mediaType: 'multipart/related',
    parts: [
      { name: 'metadata', encoding: 'json' },
      { name: 'media', file: true },
    ],
  })
})

t.test('an object that is written as XML is a text', async t => {
  const schema = { type: 'object', properties: { x: object, list: { type: 'array', items: object } } }
  const encoding = { x: { contentType: 'application/xml' }, list: { contentType: 'text/xml' } }
  const { plan, inputSchema } = tool({ schema, encoding })
  t.match(inputSchema.properties, {
    x: { type: 'string', description: 'Write application/xml as text with a.' },
    list: { type: 'array', items: { type: 'string' } },
  })
  t.match(plan.body, {
    parts: [
      { encoding: 'text', mediaType: 'application/xml', repeated: false },
      { encoding: 'text', mediaType: 'text/xml', repeated: true },
    ],
  })
})

t.test('headers of parts are said to be missing', async t => {
  const headers = { 'X-Rate': {}, 'Content-Type': {} }
  const { report } = compile({
    schema: { type: 'object', properties: { x: file } },
    encoding: { x: { headers } },
  })
  t.match(report, [{ outcome: 'degraded', reasons: [/"x" is sent without headers of its own: X-Rate$/] }])
})
