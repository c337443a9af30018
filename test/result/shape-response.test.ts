import fc from 'fast-check'
import t from 'tap'
import { shapeResponse } from '../../src/result/shape-response.ts'
import type { CredentialOwner } from '../../src/upstream/credentials.ts'
import { anyCharacter } from '../any-character.ts'

type Headers = Record<string, string | string[] | undefined>

const TOOL = {
  name: 'acme_get',
  operation: { operationId: 'get', method: 'GET', path: '/x', tags: [], deprecated: false, pointer: '#' },
}

function shape(body: string | Buffer, headers: Headers | string = {}, status = 200) {
  const response = {
    status,
    headers: typeof headers === 'string' ? { 'content-type': headers } : headers,
    body: Buffer.from(body),
    path: '/x',
  }
  return shapeResponse(response, TOOL, 'caller')
}

function textOf(result: ReturnType<typeof shape>): string {
  const [block] = result.content
  if (block?.type !== 'text') throw new Error(`a ${block?.type} block`)
  return block.text
}

function failed(
  status: number,
  body: string | Buffer,
  headers: Headers | string,
  from: CredentialOwner = 'caller',
  secrets: string[] = [],
) {
  const response = {
    status,
    headers: typeof headers === 'string' ? { 'content-type': headers } : headers,
    body: Buffer.from(body),
    path: '/x',
  }
  const result = shapeResponse(response, TOOL, from, secrets)
  t.equal(result.isError, true)
  t.equal(result.structured, undefined)
  return textOf(result)
}

t.test('a JSON object is text and structured content, the same characters when it is compact', async t => {
  const body =
    '{"a":1,"big":12345678901234567890,"e":1e400,"a":2,"__proto__":{},"s":"\u2028 \\u0000 \\" : , "}'
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/hal+json',
    'text/json',
    'Application/JSON',
  ]) {
    t.same(shape(body, type), { content: [{ type: 'text', text: body }], structured: body, isError: false })
  }
})

t.test('pretty-printed JSON is put on one line without touching a value', async t => {
  const pretty = '\ufeff{\r\n\t"a b" : [ 1.0,\n 12345678901234567890 ] ,\n "c\\"d , " : "x : \\\\" }\n'
  const compact = '{"a b":[1.0,12345678901234567890],"c\\"d , ":"x : \\\\"}'
  t.equal(shape(pretty, 'application/json').structured, compact)
  t.equal(shape('{"a": 1}\n', 'application/json').structured, '{"a": 1}')
})

t.test('lists and scalars are text only: structured content is an object', async t => {
  for (const body of ['[{"a":1}]', '"x"', '7', 'null', 'true']) {
    t.same(shape(body, 'application/json'), {
      content: [{ type: 'text', text: body }],
      structured: undefined,
      isError: false,
    })
  }
})

t.test('structured content can always be spliced into a message', async () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue()),
      fc.constantFrom(undefined, 1, '\t', '\r\n'),
      (value, space) => {
        const { structured } = shape(JSON.stringify(value, null, space), 'application/json')
        const message = `{"jsonrpc":"2.0","result":{"structuredContent":${structured}}}`
        if (/[\r\n]/.test(message)) throw new Error('a line break')
        const { result } = JSON.parse(message)
        if (JSON.stringify(result.structuredContent) !== JSON.stringify(value)) throw new Error(message)
      },
    ),
    { numRuns: 1000 },
  )
})

t.test('lone surrogates are mended, pairs and escaped backslashes are left', async t => {
  const body = '{"a":"\\ud800","b":"\\ud83d\\ude00","c":"\\\\ud800","d":"\\uDC00x","e":"\\ud800\\ud800"}'
  const mended = '{"a":"\\ufffd","b":"\\ud83d\\ude00","c":"\\\\ud800","d":"\\ufffdx","e":"\\ufffd\\ufffd"}'
  t.equal(shape(body, 'application/json').structured, mended)
})

t.test('what is called JSON but is not is given as text, and said so', async t => {
  for (const body of [
    '{"a":1',
    '{"a":1}{"b":2}',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":"\u0000"}',
    '{"a":1}, "injected": {}',
  ]) {
    const result = shape(body, 'application/json')
    t.equal(result.structured, undefined)
    t.equal(result.isError, false)
    t.match(textOf(result), /not valid JSON/)
    t.ok(textOf(result).endsWith(body))
  }
  const invalidUtf8 = shape(
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe9]), Buffer.from('"}')]),
    'application/json',
  )
  t.equal(invalidUtf8.structured, '{"a":"é"}', 'bytes that are not UTF-8 are read as Windows-1252')
})

t.test('images and audio are blocks of their kind, svg is text', async t => {
  const bytes = Buffer.from([0x89, 0x50, 0xff])
  t.same(shape(bytes, 'image/png').content, [
    { type: 'image', data: bytes.toString('base64'), mimeType: 'image/png' },
  ])
  t.same(shape(bytes, 'audio/mpeg; x=1').content, [
    { type: 'audio', data: bytes.toString('base64'), mimeType: 'audio/mpeg' },
  ])
  t.equal(textOf(shape('<svg/>', 'image/svg+xml')), '<svg/>')
})

t.test('other binaries are resources with a safe name', async t => {
  const uri = (disposition?: string) => {
    const [block] = shape(Buffer.from('%PDF'), {
      'content-type': 'application/pdf',
      'content-disposition': disposition,
    }).content
    if (block?.type !== 'resource') throw new Error('no resource')
    t.match(block.resource, { mimeType: 'application/pdf', blob: Buffer.from('%PDF').toString('base64') })
    return decodeURIComponent(block.resource.uri)
  }
  const names: [string | undefined, string][] = [
    [undefined, 'content'],
    ['attachment; filename="invoice 7.pdf"', 'invoice 7.pdf'],
    ["attachment; filename=a.pdf; filename*=UTF-8'de'%e2%82%ac.pdf", '€.pdf'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['attachment; filename="..\\\\..\\\\x.exe"', 'x.exe'],
    ["attachment; filename*=UTF-8''..%2f..%2fx%00%0d%0a.pdf", 'x___.pdf'],
    ['attachment; filename="\u00e2\u0082\u00ac.pdf"', '€.pdf'],
    ['attachment; filename=".."', 'content'],
    ["attachment; filename*=UTF-8''%ff", 'content'],
    ["attachment; filename*=UTF-8''a%E2%80%AEfdp.exe", 'a_fdp.exe'],
    [`attachment; filename="${'x'.repeat(500)}.pdf"`, `${'x'.repeat(116)}.pdf`],
    ['"; filename', 'content'],
  ]
  for (const [disposition, name] of names) t.equal(uri(disposition), `postern://acme_get/${name}`)
})

t.test('text is text in its charset', async t => {
  t.equal(textOf(shape('a;b\n1;ü', 'text/csv')), 'a;b\n1;ü')
  t.equal(textOf(shape(Buffer.from('\ufeffhi'), 'text/plain')), 'hi')
  t.equal(textOf(shape(Buffer.from([0xfc]), 'text/plain; charset=ISO-8859-1')), 'ü')
  t.equal(textOf(shape(Buffer.from([0x80]), 'text/plain')), '€', 'Windows-1252 where nothing is said')
  t.equal(textOf(shape(Buffer.from('hé', 'utf16le'), 'text/plain; charset="utf-16le"')), 'hé')
  t.equal(textOf(shape(Buffer.from('\ufeffhé', 'utf16le'), 'text/plain')), 'hé')
  t.equal(textOf(shape('hé', 'text/plain; charset=nonsense')), 'hé')
  t.equal(textOf(shape('{"a":1}\n{"a":2}', 'application/x-ndjson')), '{"a":1}\n{"a":2}')
  t.equal(textOf(shape('<a/>', 'application/atom+xml')), '<a/>')
})

t.test('without a type the bytes decide', async t => {
  t.equal(shape(' {"a":1} ').structured, '{"a":1}')
  t.equal(textOf(shape('{not json')), '{not json')
  t.equal(textOf(shape('plain')), 'plain')
  t.match(shape(Buffer.from([1, 0, 255])).content, [
    { type: 'resource', resource: { mimeType: 'application/octet-stream' } },
  ])
  t.match(shape(Buffer.from('a\0b')).content, [{ type: 'resource' }])
  t.equal(textOf(shape('x', { 'content-type': ['text/plain', 'text/html'] })), 'x')
})

t.test('multipart/mixed becomes several blocks', async t => {
  const body = [
    'preamble --b', '--b', 'Content-Type: application/json', '', '{"a":1}', '--b  ', '', 'plain --b text', '--bogus', '--b',
    'Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', 'iVBO', '--b--', 'epilogue',
  ].join('\r\n') // biome-ignore format: a message
  const result = shape(body, 'multipart/mixed; boundary="b"')
  t.same(result.content, [
    { type: 'text', text: '{"a":1}' },
    { type: 'text', text: 'plain --b text\r\n--bogus' },
    { type: 'image', data: 'iVBO', mimeType: 'image/png' },
  ])
  t.equal(result.structured, undefined)
  const bad = [
    '',
    '--b\r\n\r\nno end',
    '--b--',
    '--b\r\nbad header\r\n\r\nx\r\n--b--',
    `${'--b\r\n\r\nx\r\n'.repeat(40)}--b--`,
  ]
  for (const broken of bad.slice(1)) {
    t.match(
      shape(broken, 'multipart/mixed; boundary=b').content,
      [{ type: 'resource' }],
      JSON.stringify(broken).slice(0, 40),
    )
  }
  t.match(shape(body, 'multipart/mixed').content, [{ type: 'resource' }], 'without a boundary')
})

t.test('an answer without a body is a sentence', async t => {
  t.match(textOf(shape('', {}, 204)), /^Done\. .*\(204 No Content\)$/)
  t.match(textOf(shape('', { location: '/x/7', 'x-internal': 'y' }, 201)), /^Created\. .*\nlocation: \/x\/7$/)
  t.match(textOf(shape('', {}, 202)), /still be working/)
  t.match(textOf(shape('', {}, 299)), /299/)
  t.equal(shape('', {}, 304).isError, false)
  const head = { ...TOOL, operation: { ...TOOL.operation, method: 'HEAD' } }
  const headers = { 'content-length': '77', 'content-type': 'a/b', 'set-cookie': 's' }
  const result = shapeResponse({ status: 200, headers, body: Buffer.alloc(0), path: '/' }, head, 'none')
  t.match(textOf(result), /content-length: 77\ncontent-type: a\/b$/)
})

t.test('401 and 403 say whose credential was refused', async t => {
  t.match(
    failed(401, '{"message":"nope"}', 'application/json', 'caller'),
    /refused your credential[\s\S]*nope/,
  )
  t.match(failed(403, '', {}, 'gateway'), /gateway’s own credential, not yours/)
  t.match(failed(401, '', {}, 'none'), /configured to send none/)
})

t.test('the backend’s words, whatever their form', async t => {
  const problem =
    '{"type":"about:blank","title":"Out of credit","detail":"Balance is 30","errors":[{"pointer":"/a","detail":"no"}]}'
  t.match(
    failed(402, problem, 'application/problem+json'),
    /says: Out of credit: Balance is 30: \[\{"pointer":"\/a","detail":"no"\}\]$/,
  )
  t.match(failed(402, '{"error":{"message":"m","code":"c"}}', 'application/json'), /says: m: c$/)
  t.match(
    failed(402, '{"error":"invalid","error_description":"why"}', 'application/json'),
    /says: invalid: why$/,
  )
  t.match(failed(402, '{"message":"m"}', 'application/json'), /says: m$/)
  t.match(failed(402, '{"other":[1]}', 'application/json'), /says: \{"other":\[1\]\}$/)
  t.match(failed(402, ' plain words ', 'text/plain'), /says: plain words$/)
  t.match(
    failed(402, '<!doctype html><title>Payment &amp; more</title><script>x</script>', 'text/html'),
    /says: Payment & more$/,
  )
  t.match(failed(402, Buffer.from([0, 1]), 'application/octet-stream'), /Payment Required\.$/)
  t.match(failed(402, '{"__proto__":{"message":"x"},"error":null}', 'application/json'), /says: \{/)
})

t.test('what mends a call comes verbatim', async t => {
  const body = '{\n "fields": {"email": ["taken"]}\n}'
  for (const status of [400, 404, 409, 422]) {
    t.ok(failed(status, body, 'application/json').endsWith('The API says: {"fields":{"email":["taken"]}}'))
  }
})

t.test('429 and 503 pass Retry-After on in words', async t => {
  t.match(failed(429, '', { 'retry-after': '30' }), /Try again after 30 seconds\./)
  t.match(failed(503, '', { 'retry-after': '1' }), /after 1 second\./)
  t.match(
    failed(429, '', { 'retry-after': new Date(Date.now() + 90_500).toUTCString() }),
    /after (?:89|9\d) seconds\./,
  )
  t.match(failed(429, '', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }), /may be tried again now/)
  t.notMatch(failed(429, '', { 'retry-after': 'soon\r\n' }), /again after/)
})

t.test('errors are bounded and reveal no stack, address or credential', async t => {
  t.ok(failed(400, JSON.stringify({ x: 'y'.repeat(100_000) }), 'application/json').length < 4300)
  t.ok(failed(500, 'z'.repeat(100_000), 'text/plain').length < 800)
  const leaky = [
    'boom\n    at Object.<anonymous> (/srv/app/index.js:10:5)\n    at node:internal/main:1',
    '{"message":"boom","stack":"Error: boom\\n    at f (/srv/app/x.js:1:2)"}',
    'boom\nTraceback (most recent call last):\n  File "/srv/app/x.py", line 3, in f',
    'boom connecting to 10.1.2.3:5432 failed',
    'boom http://192.168.0.9:8080/internal',
    'boom at db.prod.svc.cluster.local:5432',
    'boom postgres://user:hunter2@db:5432/x',
    'boom localhost:3000 [::1]:80 fd00::1 169.254.169.254',
    'boom Authorization: Bearer abcdefgh12345678',
    'boom sk_live_gateway_secret',
  ]
  for (const body of leaky) {
    for (const status of [400, 500]) {
      const type = body.startsWith('{') ? 'application/json' : 'text/plain'
      const text = failed(status, body, type, 'gateway', ['Token sk_live_gateway_secret'])
      t.match(text, /boom/)
      t.notMatch(
        text,
        /\/srv|10\.1\.2|192\.168|cluster\.local|hunter2|localhost|::1|169\.254|abcdefgh1234|sk_live|node:internal|line 3/,
        body.replaceAll('\n', ' '),
      )
    }
  }
})

t.test('the gateway’s own credential does not come back in an answer', async t => {
  const secret = 'Bearer service-token-123'
  const answer = (body: string, type: string) => {
    const response = { status: 200, headers: { 'content-type': type }, body: Buffer.from(body), path: '/x' }
    return shapeResponse(response, TOOL, 'gateway', [secret])
  }
  const echoed = answer(
    `{"headers":{"authorization":"${secret}","x":"ü service-token-123"}}`,
    'application/json',
  )
  t.equal(echoed.structured, '{"headers":{"authorization":"Bearer [credential]","x":"ü [credential]"}}')
  t.match(echoed.content, [{ text: echoed.structured }])
  t.notMatch(JSON.stringify(answer(`token ${secret}`, 'text/plain')), 'service-token-123')
  const binary = answer(secret, 'application/octet-stream').content[0]
  const blob = binary?.type === 'resource' && 'blob' in binary.resource ? binary.resource.blob : ''
  t.equal(Buffer.from(String(blob), 'base64').toString(), 'Bearer [credential]')
})

t.test('a text of millions of escapes is put on one line too', async t => {
  const value = '\\n" :'.replace('"', '\\"').repeat(1_500_000)
  const result = shape(`{\n  "a": "${value}"\n}`, 'application/json')
  t.ok(result.structured === `{"a":"${value}"}`)
})

t.test('nothing that a backend sends makes it throw, nor take long', async t => {
  const types = [
    'application/json',
    'text/html',
    'text/plain; charset=utf-16',
    'multipart/mixed; boundary=b',
    'image/png',
    'x',
    '',
    'application/problem+json',
  ]
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(...types),
      fc.integer({ min: 200, max: 599 }),
      fc.string(),
      (body, type, status, name) => {
        const headers = {
          'content-type': type,
          'content-disposition': `attachment; filename="${name}"`,
          'retry-after': name,
        }
        const result = shapeResponse({ status, headers, body: Buffer.from(body), path: '/' }, TOOL, 'none')
        if (result.content.length === 0 || result.isError !== status >= 400) throw new Error('result')
        JSON.parse(JSON.stringify(result))
      },
    ),
    { numRuns: 2000 },
  )
  const start = performance.now()
  for (const body of [
    '('.repeat(60_000),
    '\n at '.repeat(15_000),
    'a.'.repeat(30_000),
    `"${'\\"'.repeat(30_000)}`,
    '<title '.repeat(9000),
    '#1 '.repeat(20_000),
    '://'.repeat(20_000),
    '/a'.repeat(30_000),
  ]) {
    failed(400, body, 'text/plain')
    failed(400, body, 'text/html')
    failed(400, JSON.stringify({ message: body }), 'application/json')
  }
  t.ok(performance.now() - start < 4000, `took ${Math.round(performance.now() - start)} ms`)
})
