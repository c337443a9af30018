/** Connections that carry no request are closed, those that carry one are not. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { idleConnections } from '../src/idle-connections.ts'

t.test('unused and kept-alive ones end, begun and running requests do not', async t => {
  const running = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    if (request.url === '/slow') {
      running.resolve()
      await held.promise
    }
    response.end(request.url)
  })
  const idle = idleConnections(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise(resolve => server.close(resolve)))
  t.teardown(() => server.closeAllConnections())
  const { port } = server.address() as AddressInfo
  const open = async (bytes: string) => {
    const accepted = once(server, 'connection')
    const socket = connect(port, '127.0.0.1')
    const [peer] = await accepted
    if (bytes === '') return socket
    const read = once(peer, 'data')
    socket.write(bytes)
    await read
    return socket
  }
  const request = (path: string, end = '\r\n') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${end}`

  const unused = await open('')
  const kept = await open(request('/kept'))
  await once(kept, 'data')
  const begun = await open(request('/begun', ''))
  const slow = await open(request('/slow'))
  await running.promise

  idle.close()
  await Promise.all([once(unused.resume(), 'close'), once(kept.resume(), 'close')])
  held.resolve()
  const answers = [slow, begun].map(socket => text(socket))
  begun.write('Connection: close\r\n\r\n')
  t.match(await answers[1], /^HTTP\/1\.1 200 OK[\s\S]*\/begun/)
  slow.write(request('/last', 'Connection: close\r\n\r\n'))
  t.match(await answers[0], /\/slow[\s\S]*\/last/)
})
