import { createCoalescer } from '../../auth/coalesce.ts'
import { createExpiringCache } from '../../auth/expiring-cache.ts'
import { PosternError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { oauthError } from '../oauth-error.ts'
import { cacheLifetime } from './cache-lifetime.ts'
import { chargeFetch } from './charge-fetch.ts'
import { DocumentFailure, type FetchDocument } from './fetch-document.ts'

/** Documents of clients, fetched when they are needed. */
export interface Documents {
  /**
   * The JSON under a URL.
   *
   * @param from - the address that asks, by which fetches are limited
   * @throws PosternError `oauth_invalid_client_metadata`, `rate_limited`, `store_unavailable`, `upstream_unavailable`
   *   where too many are being fetched, `cancelled`
   */
  get(url: URL, from: string | undefined, signal: AbortSignal): Promise<unknown>
  /** The same, asked anew because what is known lacks something; not more than once a minute. */
  renew(url: URL, from: string | undefined, signal: AbortSignal): Promise<unknown>
  /** Lets go of what is known under a URL: its reader found that it can't be used, and it may be mended by now. */
  forget(url: URL): void
}

/** What {@link createDocuments} needs. */
export interface DocumentsOptions {
  readonly fetchDocument: FetchDocument
  readonly store: Pick<Store, 'spend'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Largest document in bytes. */
  readonly limit: number
  /** What it is, in messages: `metadata`. */
  readonly what: string
}

/** Kept at a time; each has at most `limit` bytes. */
const MOST_KEPT = 1_000
/** Fetched at a time, of different URLs: so many that gave a good document before, and so many others. */
const MOST_FETCHED = 32
const RENEWAL = 60_000

/**
 * Makes the documents of a process. A good one is kept as its server says, within bounds; a failure is never kept, so
 * that a client whose server was down works as soon as it is up. Whoever asks at the same time shares one fetch.
 */
export function createDocuments({ fetchDocument, store, now, limit, what }: DocumentsOptions): Documents {
  const kept = createExpiringCache<{ readonly body: unknown; readonly at: number }>(MOST_KEPT)
  // Apart, so that slow servers of a stranger's choice leave no good client without its place.
  const fetches = {
    known: createCoalescer<unknown>(MOST_FETCHED),
    other: createCoalescer<unknown>(MOST_FETCHED),
  }

  function fetchNew(url: URL, from: string | undefined, signal: AbortSignal): Promise<unknown> {
    const isKnown = kept.peek(url.href) !== undefined
    return fetches[isKnown ? 'known' : 'other'].run(
      url.href,
      async ended => {
        await chargeFetch(store, { url, from, isKnown })
        const asked = now()
        const answer = await fetchDocument(url, { limit, signal: ended }).catch(error => {
          throw explain(url, what, error)
        })
        kept.set(url.href, { body: answer.body, at: asked }, asked, cacheLifetime(answer))
        return answer.body
      },
      signal,
    )
  }

  return {
    async get(url, from, signal) {
      return kept.get(url.href, now())?.body ?? fetchNew(url, from, signal)
    },
    async renew(url, from, signal) {
      const known = kept.get(url.href, now())
      if (known !== undefined && now() - known.at < RENEWAL) return known.body
      return fetchNew(url, from, signal)
    },
    forget: url => kept.set(url.href, { body: undefined, at: 0 }, 0, 0),
  }
}

/** Why it could not be reached is for the log: a stranger chose the address, and is not to scan with our eyes. */
function explain(url: URL, what: string, error: unknown): PosternError {
  if (error instanceof PosternError) return error
  const reason = error instanceof DocumentFailure ? `: ${error.message}` : ''
  return oauthError(
    'oauth_invalid_client_metadata',
    `The client’s ${what} could not be fetched from ${url.host}${reason}.`,
    { detail: error instanceof Error ? `${url.href}: ${error.message}` : String(error), cause: error },
  )
}
