import { PosternError } from '../../errors.ts'
import type { Validators } from './document-read.ts'

/** What came back, and from where after redirects within the origin. */
export interface FetchedDocument {
  readonly text: string
  readonly url: string
  readonly validators: Validators
}

/** Bounds on one fetch. */
export interface FetchBounds {
  readonly maxBytes: number
  /** Milliseconds to the last byte, redirects included. */
  readonly timeout: number
}

const MAX_REDIRECTS = 5

/** Longest validator that is sent back; real ones have less than a hundred characters. */
const MAX_VALIDATOR = 1_000

/**
 * Fetches a document over HTTP. Redirects are followed within the origin only; the size is counted as it
 * arrives, whatever the response's headers claim.
 *
 * @throws PosternError `document_invalid`
 */
export async function fetchDocument(source: string, bounds: FetchBounds): Promise<FetchedDocument> {
  const fetched = await fetchChanged(source, bounds, {})
  if (fetched === undefined) throw invalid(nameOf(source), 'the server answered 304')
  return fetched
}

/**
 * The same, if there is something else than what the validators were given with (RFC 9110, section 13.1).
 *
 * @param known - from an earlier answer; both are sent, and origins that know the first ignore the second
 * @param cancelled - when nobody wants to know any more
 * @returns undefined where the origin says that nothing changed
 */
export async function fetchChanged(
  source: string,
  bounds: FetchBounds,
  known: Validators,
  cancelled?: AbortSignal,
): Promise<FetchedDocument | undefined> {
  const name = nameOf(source)
  const timeout = AbortSignal.timeout(bounds.timeout)
  const signal = cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled])
  try {
    const { response, url } = await follow(new URL(source), name, known, signal)
    if (response.status === 304 && Object.keys(known).length > 0) {
      await response.body?.cancel()
      return undefined
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw invalid(name, `the server answered ${response.status}`)
    }
    const text = await readText(response, name, bounds.maxBytes)
    return { text, url: url.href, validators: validatorsOf(response) }
  } catch (cause) {
    if (cause instanceof PosternError) throw cause
    const why = timeout.aborted ? `no answer within ${bounds.timeout} ms` : 'it can’t be fetched'
    throw new PosternError('document_invalid', { message: `${name}: ${why}.`, cause })
  }
}

async function follow(
  start: URL,
  name: string,
  known: Validators,
  signal: AbortSignal,
): Promise<{ response: Response; url: URL }> {
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json, application/yaml;q=0.9, */*;q=0.5',
        ...(known.etag !== undefined && { 'if-none-match': known.etag }),
        ...(known.lastModified !== undefined && { 'if-modified-since': known.lastModified }),
      },
    })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return { response, url }
    await response.body?.cancel()
    const next = new URL(location, url)
    if (next.origin !== start.origin) {
      throw invalid(name, 'it redirects to another origin; configure the final address instead')
    }
    url = next
  }
  throw invalid(name, `more than ${MAX_REDIRECTS} redirects`)
}

function validatorsOf({ headers }: Response): Validators {
  const [etag, lastModified] = ['etag', 'last-modified'].map(name => headers.get(name) ?? undefined)
  const isFit = (value: string | undefined) => value !== undefined && value.length <= MAX_VALIDATOR
  return { ...(isFit(etag) && { etag }), ...(isFit(lastModified) && { lastModified }) }
}

/** A URL's query may hold a secret; messages name it without. */
function nameOf(source: string): string {
  return source.replace(/[?#].*$/s, '')
}

async function readText(response: Response, name: string, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw invalid(name, `larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function invalid(name: string, why: string): PosternError {
  return new PosternError('document_invalid', { message: `${name}: ${why}.` })
}
