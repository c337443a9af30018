import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import type { Test } from 'tap'

/** One request as it came over the wire: nothing is normalised. */
export interface Recorded {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** A backend that records, and an origin that nobody may talk to. */
export interface RecordingBackend {
  readonly origin: string
  /** Host and port of the origin that must stay alone. */
  readonly decoy: string
  /** Hands over what came since the last time. */
  readonly take: () => readonly Recorded[]
  /** Requests that node's strict parser refused. */
  readonly malformed: readonly string[]
  /** How often somebody connected to the decoy. */
  readonly strays: () => number
}

/** The header pair that the product knows; its owner's organisation is `org-pair`. */
export const PAIR = { email: 'ann@pair.example', token: 'pair-secret-4711' }
export const BASE = '/base'

/** Listens on loopback. `GET /base/v1/me` verifies the header pair and is not recorded by {@link Recorded}'s `take`. */
export async function startBackend(
  t: Test,
  onVerify: (request: Recorded) => void,
): Promise<RecordingBackend> {
  let recorded: Recorded[] = []
  const malformed: string[] = []
  let strays = 0
  const stray = createTcpServer(socket => {
    strays++
    socket.destroy()
  })
  const decoy = `127.0.0.1:${await listen(t, stray)}`
  const server = createServer({ insecureHTTPParser: false, maxHeaderSize: 65_536 }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request
      const one = { method, url, rawHeaders, body: Buffer.concat(chunks).toString('utf8') }
      if (url === `${BASE}/v1/me`) {
        onVerify(one)
        answerMe(request, response)
        return
      }
      recorded.push(one)
      answer(one, response, decoy)
    })
  })
  server.on('clientError', (error, socket) => {
    // A gateway that hangs up on us is no malformed request.
    if (!('code' in error && error.code === 'ECONNRESET')) malformed.push(String(error))
    socket.destroy()
  })
  t.teardown(() => server.closeAllConnections())
  return {
    origin: `http://127.0.0.1:${await listen(t, server)}`,
    decoy,
    malformed,
    strays: () => strays,
    take() {
      const taken = recorded
      recorded = []
      return taken
    },
  }
}

async function listen(t: Test, server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

function answerMe({ headers }: IncomingMessage, response: ServerResponse): void {
  const isKnown = headers.email === PAIR.email && headers.token === PAIR.token
  const me = { id: 'ann', email: PAIR.email, organization: { id: 'org-pair' }, scopes: ['*'] }
  send(response, isKnown ? 200 : 401, JSON.stringify(isKnown ? me : { error: 'who?' }))
}

function answer({ method, url, body }: Recorded, response: ServerResponse, decoy: string): void {
  const path = url.slice(BASE.length)
  if (path.startsWith('/v1/moved/')) {
    response.writeHead(302, { location: `http://${decoy}/elsewhere`, 'content-length': 0 }).end()
  } else if (path.startsWith('/v1/refused/')) {
    send(response, 422, JSON.stringify({ message: 'no', url, body }))
  } else if (method === 'DELETE') {
    response.writeHead(204).end()
  } else {
    send(response, 200, JSON.stringify({ url: url.slice(0, 2000), body: body.slice(0, 2000) }))
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
