import fc from 'fast-check'
import type { HostileValues } from './hostile-values.ts'
import { PAIR } from './recording-backend.ts'

/** A request before it has its credential: the lane that sends it fills in its own. */
export interface HttpRequest {
  readonly method: string
  readonly target: string
  /** Written as they are, as UTF-8. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | Uint8Array | undefined
  readonly credential: Credential
  /** `short` promises more than it sends and hangs up. */
  readonly framing: 'whole' | 'chunked' | 'short'
}

/** How a request signs in; `texts` are headers as they stand. */
export type Credential =
  | { readonly kind: 'own' | 'limited' | 'pair' | 'none' }
  | { readonly kind: 'texts'; readonly headers: readonly (readonly [name: string, value: string])[] }

/** The bytes of a request. `credential` are the headers that its credential stands for. */
export function httpBytes(
  { method, target, headers, body, framing }: HttpRequest,
  host: string,
  credential: readonly (readonly [name: string, value: string])[],
): Buffer {
  const content = body === undefined ? undefined : Buffer.from(body)
  const lines = [...credential, ...headers]
  if (!lines.some(([name]) => name.toLowerCase() === 'host')) lines.unshift(['Host', host])
  if (content !== undefined) lines.push(framingHeader(content.length, framing))
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`), framed(content, framing)])
}

function framingHeader(length: number, framing: HttpRequest['framing']): [string, string] {
  if (framing === 'chunked') return ['Transfer-Encoding', 'chunked']
  return ['Content-Length', String(framing === 'short' ? length + 10 : length)]
}

function framed(content: Buffer | undefined, framing: HttpRequest['framing']): Buffer {
  if (content === undefined) return Buffer.alloc(0)
  if (framing !== 'chunked') return content
  const size = content.length === 0 ? '' : `${content.length.toString(16)}\r\n`
  const end = content.length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n'
  return Buffer.concat([Buffer.from(size), content, Buffer.from(end)])
}

/** Credentials of every kind: mostly good ones, as nothing is reached without. */
export function credentials({ text }: HostileValues): fc.Arbitrary<Credential> {
  const garbage = fc.tuple(fc.constantFrom('', 'hostile_pat_', 'Bearer ', 'bearer hostile_pat_'), text)
  const value = garbage.map(parts => parts.join(''))
  const name = fc.constantFrom('Authorization', 'authorization', 'Email', 'Token', 'X-Api-Key', 'Cookie')
  const pair = fc
    .tuple(fc.constantFrom(PAIR.email, 'bob@pair.example'), fc.oneof(fc.constant(PAIR.token), text))
    .map(([email, token]): Credential => {
      return {
        kind: 'texts',
        headers: [
          ['Email', email],
          ['Token', token],
        ],
      }
    })
  const kind = (...kinds: ('own' | 'limited' | 'pair' | 'none')[]) =>
    fc.constantFrom(...kinds).map((kind): Credential => ({ kind }))
  return fc.oneof(
    { weight: 20, arbitrary: kind('own') },
    { weight: 2, arbitrary: kind('limited', 'pair') },
    { weight: 1, arbitrary: kind('none') },
    { weight: 1, arbitrary: pair },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(name, value), { minLength: 1, maxLength: 3 })
        .map((headers): Credential => ({ kind: 'texts', headers })),
    },
  )
}

/** A few headers that mean something to somebody. */
export function oddHeaders({ text }: HostileValues, decoy: string): fc.Arbitrary<[string, string][]> {
  const name = fc.constantFrom(...HEADERS)
  const value = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...VALUES, decoy, `http://${decoy}`) }, text)
  // None that would make the server wait for more.
  const framing = fc.tuple(
    fc.constantFrom('Content-Length', 'Transfer-Encoding', 'Content-Length '),
    fc.constantFrom('0', '-1', 'x', '0, 0', 'identity', 'chunked, identity', 'gzip', '\u000bchunked'),
  )
  const header: fc.Arbitrary<[string, string]> = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(name, value) },
    { weight: 1, arbitrary: framing },
  )
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant<[string, string][]>([]) },
    { weight: 1, arbitrary: fc.array(header, { maxLength: 3 }) },
  )
}

const HEADERS = [
  ...(
    'Host Origin Referer Accept Content-Type Content-Encoding Connection Expect Upgrade TE Trailer Cookie Range ' +
    'X-HTTP-Method-Override X-Method-Override X-Forwarded-Host X-Forwarded-For Forwarded X-Original-URL If-Match ' +
    'X-Rewrite-URL X-Org-Id x_org_id X-User-Id X-Note X-Object User-Agent traceparent Last-Event-ID Mcp-Method ' +
    'Mcp-Session-Id MCP-Protocol-Version Mcp-Name Mcp-Param-Id X\u00e9'
  ).split(' '),
  'A B',
  '',
]
const VALUES = [
  ...(
    'x null close chunked identity gzip 0 -1 100-continue h2c websocket DELETE application/json text/event-stream ' +
    'text/plain */* application/x-www-form-urlencoded evil.example localhost http://localhost https://evil.example ' +
    '2026-07-28 2025-11-25 tools/call'
  ).split(' '),
  'keep-alive, authorization',
  'multipart/form-data; boundary=x',
  'a'.repeat(9000),
]
