/** HTTP as an attacker writes it: every byte of the request is the test's, and the answer is read as it came. */
import { once } from 'node:events'
import { connect } from 'node:net'

export interface RawAnswer {
  /** 0 where the connection was closed without an answer. */
  readonly status: number
  /** Lower-case names and values, in order. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  /** How many answers came on this connection; more than one where the body was read as another request. */
  readonly answers: number
}

/** Sends a request line, header lines and a body, and reads until the connection is closed. */
export async function sendRaw(
  origin: string,
  lines: readonly string[],
  body: string | Uint8Array = '',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
  socket.write(body)
  await once(socket, 'close')
  return readAnswer(Buffer.concat(chunks).toString('latin1'))
}

/** A GET or POST to a path with these headers; Host and the end of the connection go by themselves. */
export function ask(
  origin: string,
  target: string,
  headers: readonly (readonly [string, string])[] = [],
  body?: string,
): Promise<RawAnswer> {
  const isNamed = headers.some(([name]) => name.toLowerCase() === 'host')
  return sendRaw(
    origin,
    [
      `${body === undefined ? 'GET' : 'POST'} ${target} HTTP/1.1`,
      ...(isNamed ? [] : [`Host: ${new URL(origin).host}`]),
      'Connection: close',
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ],
    body,
  )
}

/** A header's value; undefined where it is missing or comes twice. */
export function headerOf({ headers }: RawAnswer, name: string): string | undefined {
  const values = headers.filter(([key]) => key === name)
  return values.length === 1 ? values[0]?.[1] : undefined
}

function readAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n')
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: lines.map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
    body: end < 0 ? '' : text.slice(end + 4),
    answers: text.match(/^HTTP\/1\.1 /gm)?.length ?? 0,
  }
}
