/** The REST backend behind every row: `node:http`, one answer, nothing else. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ANSWER, ANSWER_BYTES, ANSWER_PATH } from '../answer.ts'
import { serveChild } from '../serve-child.ts'

await serveChild(async () => {
  const body = Buffer.from(ANSWER)
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === ANSWER_PATH
    response.writeHead(found ? 200 : 404, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': found ? ANSWER_BYTES : 0,
    })
    response.end(found ? body : undefined)
  })
  // Longer than a whole round, so that no subject opens its connections again inside a measured stretch.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})
