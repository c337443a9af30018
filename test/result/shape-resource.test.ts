import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { shapeResource } from '../../src/result/shape-resource.ts'

const TOOL = {
  name: 'acme_get',
  operation: { operationId: 'get', method: 'GET', path: '/x', tags: [], deprecated: false, pointer: '#' },
}
const URI = 'acme://billing/x'

function read(body: string | Buffer, type: string | undefined, status = 200, protocolVersion = '2026-07-28') {
  const headers = type === undefined ? {} : { 'content-type': type }
  const response = { status, headers, body: Buffer.from(body), path: '/x' }
  return shapeResource(
    response,
    TOOL,
    'gateway',
    ['s3cret-of-the-gateway'],
    {},
    { uri: URI, protocolVersion },
  )
}

function refusal(...args: Parameters<typeof read>): PosternError {
  try {
    read(...args)
  } catch (error) {
    if (error instanceof PosternError) return error
    throw error
  }
  throw new Error('it was read')
}

t.test('text keeps its type, everything else is base64, and all of it has the URI that was read', async t => {
  for (const type of ['application/json', 'text/markdown', 'image/svg+xml', 'text/csv']) {
    const [block] = read('{"a":1}', type).content
    t.match(block, { type: 'resource', resource: { uri: URI, mimeType: type, text: '{"a":1}' } }, type)
  }
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])
  for (const type of ['image/png', 'application/pdf', 'audio/wav']) {
    const { content } = read(bytes, type)
    t.match(content, [{ resource: { uri: URI, mimeType: type, blob: bytes.toString('base64') } }], type)
  }
})

t.test('an answer without a body is an empty text', async t => {
  t.same(read('', undefined).content, [{ type: 'resource', resource: { uri: URI, text: '' } }])
  t.same(read('', 'text/plain').content, [
    { type: 'resource', resource: { uri: URI, mimeType: 'text/plain', text: '' } },
  ])
})

t.test('what the backend does not have has the code of the era, as if it had never been', async t => {
  for (const status of [404, 410]) {
    t.match(refusal('{"error":"no invoice 7"}', 'application/json', status), {
      code: 'unknown_resource',
      data: { uri: URI },
    })
    t.equal(refusal('', undefined, status, '2025-11-25').rpcCode, -32002)
  }
})

t.test('every other failure is one of reading, in words that hold no secret', async t => {
  for (const status of [400, 401, 403, 409, 500, 503]) {
    const error = refusal('{"message":"key s3cret-of-the-gateway is wrong"}', 'application/json', status)
    t.match(error, { code: 'unreadable_resource', data: { uri: URI } }, String(status))
    t.notMatch(error.message, 's3cret-of-the-gateway')
  }
})

t.test('a backend that echoes the gateway’s credential does not hand it on', async t => {
  const [block] = read('{"seen":"s3cret-of-the-gateway"}', 'application/json').content
  t.notMatch(JSON.stringify(block), 's3cret-of-the-gateway')
})
