/**
 * Fetches a JSON document from an address that anybody may name, without becoming anybody's way into a network.
 *
 * The name is resolved once. Every address that it has must be one of the public internet, otherwise none is connected
 * to: no SYN is sent, so nobody can learn by us what listens where. The connection goes to just the addresses that were
 * judged, whatever DNS says a moment later, and TLS verifies that the named host is at its other end. Redirects are not
 * followed, nothing of ours is sent along, and size and time are bounded for the whole.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { parseUniqueJson } from '../../auth/jwt/parse-unique-json.ts'
import { refuseAddress } from './refuse-address.ts'

/** Fetches one document; `limit` in bytes. @throws {@link DocumentFailure} or what the network throws. */
export type FetchDocument = (
  url: URL,
  options: { readonly limit: number; readonly signal: AbortSignal },
) => Promise<FetchedDocument>

/** A document as it was answered. */
export interface FetchedDocument {
  /** The parsed JSON; no member comes twice in an object. */
  readonly body: unknown
  /** The header Cache-Control, as it came; undefined for none. */
  readonly cacheControl: string | undefined
  /** The header Age in seconds; 0 for none. */
  readonly age: number
}

/** What tests exchange: names, time, trust, and where a judged address is reached. Nothing of it skips the judging. */
export interface FetchDocumentOptions {
  /** All addresses of a host; default: the system's resolver. */
  readonly lookup?: (hostname: string) => Promise<readonly LookupAddress[]>
  /** Further certificate authority, PEM. */
  readonly authority?: string
  /** Where an address that was judged good is reached instead: a server of the test. */
  readonly route?: (address: string) => { readonly address: string; readonly port: number }
  /** Milliseconds for everything: name, connection, headers and body. */
  readonly timeout?: number
}

/** Makes the function that fetches. */
export function createFetchDocument(options: FetchDocumentOptions = {}): FetchDocument {
  const { lookup = resolveAll, timeout = TIMEOUT } = options
  return async (url, { limit, signal }) => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    const addresses = await orAborted(lookup(url.hostname), until)
    judge(addresses)
    const client = new Client(url.origin, {
      connect: createPinnedConnector(addresses, options),
      pipelining: 1,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      maxHeaderSize: LARGEST_HEADERS,
      maxResponseSize: limit,
    })
    try {
      const answer = await client.request({
        method: 'GET',
        path: url.pathname,
        headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'postern' },
        signal: until,
      })
      return await readAnswer(answer, limit)
    } finally {
      // Not awaited: a server that does not end its side must not hold anybody up.
      void client.destroy().catch(() => {})
    }
  }
}

/** The document is there and can't be used; its message may be shown to the client's developer. */
export class DocumentFailure extends Error {
  override readonly name = 'DocumentFailure'
}

const TIMEOUT = 5_000
const LARGEST_HEADERS = 8 * 1_024

function resolveAll(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((found, failed) => {
    resolve(hostname, { all: true, order: 'ipv4first' }, (error, addresses) =>
      error === null ? found(addresses) : failed(error),
    )
  })
}

/** One address that is not public spoils all: who names it beside a public one means it to be tried. */
function judge(addresses: readonly LookupAddress[]): void {
  if (addresses.length === 0) throw new Error('the name has no address')
  for (const { address } of addresses) {
    const reason = refuseAddress(address)
    if (reason !== undefined) throw new Error(`the name has the address ${address}, which ${reason}`)
  }
}

/** Connects to the addresses that were judged and to no others. The TLS server name stays that of the URL. */
function createPinnedConnector(
  addresses: readonly LookupAddress[],
  { authority, route, timeout = TIMEOUT }: FetchDocumentOptions,
): buildConnector.connector {
  const [first] = addresses
  const routed = first === undefined ? undefined : route?.(first.address)
  const pinned = routed === undefined ? addresses : [{ address: routed.address, family: 4 }]
  const connect = buildConnector({
    timeout,
    allowH2: false,
    maxCachedSessions: 0,
    autoSelectFamily: true,
    lookup: answerWith(pinned),
    ...(authority !== undefined && { ca: authority }),
  })
  if (routed === undefined) return connect
  return (target, callback) => connect({ ...target, port: String(routed.port) }, callback)
}

function answerWith(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses
    if (all === true || first === undefined) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }
}

async function readAnswer(answer: Dispatcher.ResponseData, limit: number): Promise<FetchedDocument> {
  const { statusCode, headers, body } = answer
  const mistake = findMistake(statusCode, headers, limit)
  if (mistake !== undefined) {
    // What it says is not read; an error on the way out is nobody's concern.
    body.on('error', () => {}).destroy()
    throw new DocumentFailure(mistake)
  }
  const parsed = parseUniqueJson(decode(await readBytes(body, limit)))
  if (parsed === undefined) throw new DocumentFailure('it is no JSON, or says a member twice')
  const age = Number(single(headers.age) ?? 0)
  return { body: parsed, cacheControl: single(headers['cache-control']), age: age > 0 ? age : 0 }
}

function findMistake(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  limit: number,
): string | undefined {
  if (status >= 300 && status < 400) return 'its address redirects, which is not followed'
  if (status !== 200) return `its address answers with status ${status}`
  const encoding = single(headers['content-encoding'])
  if (encoding !== undefined && encoding !== 'identity') return 'it is compressed, which was not asked for'
  const type = single(headers['content-type'])?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/(?:[a-z0-9.-]+\+)?json$/.test(type)) return 'its content type is not application/json'
  if (Number(single(headers['content-length']) ?? 0) > limit) return tooLarge(limit)
  return undefined
}

/** Counts what comes in place of believing a length, and stops at the limit. */
async function readBytes(body: Dispatcher.ResponseData['body'], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes: Buffer = chunk
    size += bytes.length
    if (size > limit) throw new DocumentFailure(tooLarge(limit))
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit: number): string {
  return `it is larger than ${limit / 1_024} KiB`
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new DocumentFailure('it is not UTF-8')
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    const onAbort = () => failed(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(done, failed).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
