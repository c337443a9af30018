import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { validateDocument } from '../../../src/catalogue/document/validate-document.ts'
import { loaded } from '../compile-document.ts'

const info = { title: 'x', version: '1' }

t.test('a good document has no remarks and is not changed', async t => {
  const document = {
    openapi: '3.0.3',
    info,
    paths: { '/a': { get: { responses: { 200: { description: 'ok' } } } } },
  }
  const before = JSON.stringify(document)
  t.strictSame(await validateDocument(loaded(document)), [])
  t.equal(JSON.stringify(document), before)
})

t.test('mistakes are remarks, not errors', async t => {
  const remarks = await validateDocument(
    loaded({ openapi: '3.0.3', info, paths: { '/a': { get: { nope: 1 } } } }),
  )
  t.ok(remarks.length > 0 && remarks.every(remark => remark.length > 0))
  t.ok((await validateDocument(loaded({ paths: {} }))).length > 0)
})

t.test('nothing is fetched or read', async t => {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.json`
  const schemas = {
    A: { $ref: url },
    B: { type: 'object', example: { $ref: url } },
    C: { $ref: '/etc/hostname' },
  }
  await validateDocument(loaded({ openapi: '3.0.3', info, paths: {}, components: { schemas } }))
  t.equal(asked, 0)
})

t.test('Swagger 2.0 is judged as its author wrote it, 3.2 not at all, which is said', async t => {
  const swagger = {
    swagger: '2.0',
    info,
    host: 'a.example',
    paths: {},
    securityDefinitions: { b: { type: 'basic' } },
  }
  t.strictSame(await validateDocument(loaded(swagger)), [])
  t.ok((await validateDocument(loaded({ ...swagger, servers: [] }))).length > 0)
  t.match(await validateDocument(loaded({ openapi: '3.2.0', info, paths: {} })), [/nothing was validated/])
})

t.test('a reference in an example is no mistake', async t => {
  const content = { 'application/json': { example: { $ref: '#/nowhere' } } }
  const responses = { 200: { description: 'ok', content } }
  t.strictSame(
    await validateDocument(loaded({ openapi: '3.0.3', info, paths: { '/a': { get: { responses } } } })),
    [],
  )
})
