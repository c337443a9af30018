import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { loadDocument } from '../../../src/catalogue/document/load-document.ts'

const directory = mkdtempSync(join(tmpdir(), 'postern-load-'))
t.teardown(() => rmSync(directory, { recursive: true }))

function file(text: string): string {
  const path = join(directory, `${Math.random().toString(36).slice(2)}.yaml`)
  writeFileSync(path, text)
  return path
}

async function serve(test: Pick<typeof t, 'teardown'>, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  test.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('reads JSON and YAML alike', async t => {
  const json = await loadDocument(file('{"openapi":"3.0.3","paths":{}}'))
  t.equal(json.version, '3.0')
  t.equal(json.baseUrl, undefined)
  const yaml = await loadDocument(
    file('openapi: 3.1.0\npaths:\n  /a:\n    get: { responses: { 200: {} } }\n'),
  )
  t.equal(yaml.version, '3.1')
  t.match(yaml.document.paths, { '/a': { get: { responses: { '200': {} } } } })
})

t.test('takes an unquoted version, which YAML reads as a number', async t => {
  t.equal((await loadDocument(file('openapi: 3.0\npaths: {}\n'))).version, '3.0')
  t.equal((await loadDocument(file('openapi: 3.1\npaths: {}\n'))).version, '3.1')
  t.equal((await loadDocument(file('swagger: 2.0\npaths: {}\n'))).version, '2.0')
  t.equal((await loadDocument(file('swagger: "2.0"\npaths: {}\n'))).version, '2.0')
  t.equal((await loadDocument(file('openapi: 3.2.0\npaths: {}\n'))).version, '3.2')
})

t.test('refuses other versions by name, and names the file', async t => {
  const cases: [string, RegExp][] = [
    ['swagger: "1.2"', /Swagger 1\.2/],
    ['openapi: 3.3.0', /OpenAPI 3\.3\.0/],
    ['openapi: 3.10.0', /OpenAPI 3\.10\.0/],
    ['openapi: 2.0', /OpenAPI 2/],
    ['title: nothing', /no `openapi` or `swagger` member/],
  ]
  for (const [text, message] of cases) {
    const path = file(text)
    const error = await loadDocument(path).catch((error: unknown) => error)
    t.match(error, { code: 'document_invalid', message })
    t.match(error, { message: path })
  }
})

t.test('refuses what is no document, with a reason', async t => {
  const cases: [string, RegExp][] = [
    ['', /empty/],
    ['[1]', /not an object/],
    ['a: [', /neither JSON nor YAML \(line \d+/],
    ['a: &a [*a]', /contains itself|neither JSON nor YAML/],
  ]
  for (const [text, message] of cases) {
    await t.rejects(loadDocument(file(text)), { code: 'document_invalid', message }, text)
  }
  await t.rejects(loadDocument(join(directory, 'missing.yaml')), { message: /no such file/ })
})

t.test('bounds size, nesting and aliases', async t => {
  const path = file('{"openapi":"3.1.0","paths":{}}')
  await t.rejects(loadDocument(path, { maxBytes: 10 }), { message: /larger than 10 bytes/ })
  const deep = `{"openapi":"3.1.0","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
  await t.rejects(loadDocument(file(deep)), { message: /nested deeper than 512/ })
  let bomb = 'openapi: 3.1.0\na0: &a0 [x, x, x, x, x, x, x, x, x]\n'
  for (let i = 1; i < 9; i++)
    bomb += `a${i}: &a${i} [${Array(9)
      .fill(`*a${i - 1}`)
      .join(', ')}]\n`
  await t.rejects(loadDocument(file(bomb)), { code: 'document_invalid', message: /alias/i })
})

t.test('drops keys that could pollute prototypes', async t => {
  for (const text of [
    '{"openapi":"3.1.0","__proto__":{"polluted":1},"info":{"__proto__":{"polluted":1}}}',
    '{"openapi":"3.1.0","\\u005f_proto__":{"polluted":1}}',
    'openapi: 3.1.0\n__proto__: { polluted: 1 }\ninfo: { __proto__: { polluted: 1 } }\n',
  ]) {
    const { document } = await loadDocument(file(text))
    t.equal(document.polluted, undefined)
    t.notOk(Object.hasOwn(document, '__proto__'))
    t.equal(Object.getPrototypeOf(document), Object.prototype)
  }
  t.equal(({} as Record<string, unknown>).polluted, undefined)
})

t.test('loads a URL and remembers where it was found', async t => {
  const origin = await serve(t, (request, response) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/v2/openapi.json' }).end()
    return response.end('{"openapi":"3.1.0","paths":{}}')
  })
  const found = await loadDocument(`${origin}/moved`)
  t.equal(found.baseUrl, `${origin}/v2/openapi.json`)
  t.equal(found.source, `${origin}/moved`)
})

t.test('follows no redirect to another origin', async t => {
  let asked = 0
  const other = await serve(t, (_request, response) => {
    asked += 1
    response.end('{"openapi":"3.1.0","paths":{}}')
  })
  const origin = await serve(t, (_request, response) => {
    response.writeHead(302, { location: `${other}/openapi.json` }).end()
  })
  await t.rejects(loadDocument(`${origin}/a`), { code: 'document_invalid', message: /another origin/ })
  t.equal(asked, 0)
})

t.test('bounds redirects, size and time of a URL, and hides its query in messages', async t => {
  const origin = await serve(t, (request, response) => {
    if (request.url?.startsWith('/loop')) return response.writeHead(302, { location: '/loop' }).end()
    if (request.url?.startsWith('/large')) return response.end(' '.repeat(5_000))
    if (request.url?.startsWith('/gone')) return response.writeHead(404).end()
    return undefined
  })
  await t.rejects(loadDocument(`${origin}/loop`), { message: /redirects/ })
  await t.rejects(loadDocument(`${origin}/large`, { maxBytes: 1_000 }), { message: /larger than 1000/ })
  await t.rejects(loadDocument(`${origin}/hangs`, { timeout: 50 }), { message: /no answer within 50 ms/ })
  const error = await loadDocument(`${origin}/gone?key=s3cret`).catch((error: Error) => error)
  t.match(error, { message: /answered 404/ })
  t.notMatch(error, { message: /s3cret/ })
})
