import { PosternError } from '../../errors.ts'

/** What came back, and from where after redirects within the origin. */
export interface FetchedDocument {
  readonly text: string
  readonly url: string
}

/** Bounds on one fetch. */
export interface FetchBounds {
  readonly maxBytes: number
  /** Milliseconds to the last byte, redirects included. */
  readonly timeout: number
}

const MAX_REDIRECTS = 5

/**
 * Fetches a document over HTTP. Redirects are followed within the origin only; the size is counted as it
 * arrives, whatever the response's headers claim. Used by `load-document.ts` alone.
 *
 * @throws PosternError `document_invalid`
 */
export async function fetchDocument(source: string, bounds: FetchBounds): Promise<FetchedDocument> {
  const name = source.replace(/[?#].*$/s, '')
  const signal = AbortSignal.timeout(bounds.timeout)
  try {
    const { response, url } = await follow(new URL(source), name, signal)
    if (!response.ok) throw invalid(name, `the server answered ${response.status}`)
    return { text: await readText(response, name, bounds.maxBytes), url: url.href }
  } catch (cause) {
    if (cause instanceof PosternError) throw cause
    const why = signal.aborted ? `no answer within ${bounds.timeout} ms` : 'it can’t be fetched'
    throw new PosternError('document_invalid', { message: `${name}: ${why}.`, cause })
  }
}

async function follow(
  start: URL,
  name: string,
  signal: AbortSignal,
): Promise<{ response: Response; url: URL }> {
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' },
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
