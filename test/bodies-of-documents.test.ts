/** What a document says of a body, all the way to the bytes that the backend gets. */
import t from 'tap'
import type { JsonObject } from '../src/catalogue/tool.ts'
import { buildRequest } from '../src/upstream/build-request.ts'
import { compileOperation, onlyTool } from './catalogue/compile-document.ts'

const text = { type: 'string' }
const file = { type: 'string', format: 'binary' }

async function sent(content: JsonObject, args: JsonObject, bind?: Record<string, string>) {
  const rules = bind === undefined ? [] : [{ match: { path: '/**' }, bind }]
  const requestBody = { required: true, content }
  const tool = onlyTool(compileOperation({ operationId: 'op', requestBody }, { api: { tools: { rules } } }))
  t.strictSame(tool.validate(args), [], 'the arguments are valid')
  const bound = Object.fromEntries([...tool.bind.keys()].map(name => [name, 'acme']))
  const { headers, body } = buildRequest(tool.plan, { ...args, ...bound }, tool.bind)
  return { type: headers['content-type'] ?? '', body }
}

const parsed = async ({ type, body }: Awaited<ReturnType<typeof sent>>) =>
  new Response(typeof body === 'string' ? body : new Uint8Array(body ?? []), {
    headers: { 'content-type': type },
  }).formData()

t.test('a form with nested fields in brackets', async t => {
  const form = {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: {
          amount: { type: 'integer' },
          metadata: { type: 'object', additionalProperties: text },
          items: { type: 'array', items: { type: 'object', properties: { price: text } } },
          'ids[]': { type: 'array', items: text },
          org: text,
        },
      },
      encoding: {
        metadata: { style: 'deepObject', explode: true },
        items: { style: 'deepObject', explode: true },
      },
    },
  }
  const args = { amount: 5, metadata: { a: 'b & c' }, items: [{ price: 'p' }], ids: ['1', '2'] }
  const { type, body } = await sent(form, args, { org: 'principal.organization' })
  t.equal(type, 'application/x-www-form-urlencoded')
  t.strictSame(
    [...new URLSearchParams(String(body))],
    [
      ['amount', '5'],
      ['metadata[a]', 'b & c'],
      ['items[0][price]', 'p'],
      ['ids[]', '1'],
      ['ids[]', '2'],
      ['org', 'acme'],
    ],
  )
})

t.test('a multipart form with files, JSON and lists', async t => {
  const multipart = {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['photo'],
        properties: {
          photo: file,
          attributes: { type: 'object', properties: { name: text } },
          tags: { type: 'array', items: text },
          pages: { type: 'array', items: file },
        },
      },
      encoding: { photo: { contentType: 'image/png, image/jpeg' } },
    },
  }
  const form = await parsed(
    await sent(multipart, {
      photo: 'data:image/jpeg;name=me.jpg;base64,/9j/',
      attributes: { name: 'ü' },
      tags: ['a', 'b'],
      pages: ['first page!', 'data:text/csv,a%2Cb'],
    }),
  )
  const photo = form.get('photo')
  t.match(photo, { name: 'me.jpg', type: 'image/jpeg', size: 3 })
  const attributes = form.get('attributes')
  t.strictSame(JSON.parse(typeof attributes === 'string' ? attributes : ((await attributes?.text()) ?? '')), {
    name: 'ü',
  })
  t.strictSame(form.getAll('tags'), ['a', 'b'])
  const pages = form.getAll('pages')
  t.strictSame(await Promise.all(pages.map(each => (typeof each === 'string' ? '' : each.text()))), [
    'first page!',
    'a,b',
  ])
})

t.test('texts, bytes and lines', async t => {
  const cases: [content: JsonObject, body: unknown, type: string, expected: string][] = [
    [{ 'application/xml': { schema: { type: 'object' } } }, '<a/>', 'application/xml', '<a/>'],
    [{ 'text/plain': {} }, '# hi', 'text/plain', '# hi'],
    [{ '*/*': { schema: text } }, 'data:image/png;base64,aGk=', 'image/png', 'hi'],
    [{ '*/*': { schema: text } }, 'aGk=', 'application/octet-stream', 'hi'],
    [
      { 'application/octet-stream': { schema: file } },
      'plain text!',
      'application/octet-stream',
      'plain text!',
    ],
    [
      { 'image/png': { schema: file }, 'image/gif': { schema: file } },
      'data:image/gif;base64,aGk=',
      'image/gif',
      'hi',
    ],
    [{ 'application/x-ndjson': {} }, [{ a: 1 }, 'b'], 'application/x-ndjson', '{"a":1}\n"b"\n'],
    [
      { 'application/json-patch+json': {} },
      [{ op: 'remove', path: '/a' }],
      'application/json-patch+json',
      '[{"op":"remove","path":"/a"}]',
    ],
  ]
  for (const [content, value, type, expected] of cases) {
    const { type: ownType, body } = await sent(content, { body: value })
    t.strictSame([ownType, String(body)], [type, expected])
  }
})

t.test('parts that have a place', async t => {
  const related = {
    'multipart/related': {
      schema: { type: 'array', prefixItems: [{ type: 'object' }, file] },
      prefixEncoding: [{ contentType: 'application/json' }, { contentType: 'image/png' }],
    },
  }
  const { type, body } = await sent(related, { body: [{ title: 'x' }, 'aGk='] })
  t.match(type, /^multipart\/related; boundary=/)
  t.match(
    String(body),
    /Content-Type: application\/json\r\n\r\n\{"title":"x"\}\r\n[\s\S]*image\/png\r\n\r\nhi\r\n/,
  )
})
