/** Requests that never arrive: nobody holds a connection by sending one byte now and then. */
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { createHttpServer, REQUEST_TIMEOUT } from '../src/http-server.ts'
import { createLog } from '../src/log.ts'

t.test('a request that does not arrive is given up', async t => {
  const fastify = createHttpServer({
    log: createLog('silent'),
    requestLimit: 1_000,
    newRequestId: () => 'r1',
  })
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, async () => '')
  fastify.post('/', async () => 'never')
  t.teardown(() => fastify.close())
  const { server } = fastify
  t.equal(server.requestTimeout, REQUEST_TIMEOUT)
  t.ok(server.headersTimeout > 0 && server.headersTimeout <= 60_000)
  // The same, sooner: Node looks at its connections every half a minute.
  Object.assign(server, { requestTimeout: 40, headersTimeout: 40, connectionsCheckingInterval: 10 })
  const port = Number(new URL(await fastify.listen({ host: '127.0.0.1', port: 0 })).port)
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n'
  for (const [what, begun] of Object.entries({ body: `${head}\r\n{`, headers: head })) {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('latin1').on('data', text => (answer += text))
    socket.write(begun)
    await once(socket, 'close')
    t.match(answer, /^HTTP\/1\.1 4\d\d /, what)
    t.match(answer, /connection: close/i, what)
  }
})
