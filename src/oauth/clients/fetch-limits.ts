import { hash } from 'node:crypto'
import { addressGroups } from '../../auth/attempts/address-groups.ts'
import { PosternError } from '../../errors.ts'
import type { Charge } from '../../store/counter.ts'
import type { Store } from '../../store/store.ts'

/** Whom a fetch is for, and from where. */
export interface FetchCause {
  readonly url: URL
  /** The address that asks; undefined once the peer is gone. */
  readonly from: string | undefined
  /** Whether a good document came from just this URL before. */
  readonly isKnown: boolean
}

const MINUTE = 60_000
/** Fetches of unknown URLs of one origin in a minute, whoever asks. */
const PER_ORIGIN = 60
/** Those that one address may cause in a minute. */
const PER_ADDRESS = 10
/** Fetches in a minute of a URL that gave a good document before: while it is down, as a failure is never kept. */
const PER_KNOWN_URL = 20

/**
 * Counts a fetch, so that nobody can have a flood of requests sent to somebody else. A URL that is known to be good has
 * a count of its own: whoever asks for made-up ones of the same origin does not keep its users out.
 *
 * @throws PosternError `rate_limited`, `store_unavailable`
 */
export async function chargeFetch(
  store: Pick<Store, 'spend'>,
  { url, from, isKnown }: FetchCause,
): Promise<void> {
  const charges = isKnown
    ? [charge(`url:${url.href}`, PER_KNOWN_URL)]
    : [
        charge(`origin:${url.origin}`, PER_ORIGIN),
        charge(`from:${addressGroups(from ?? 'gone').host}`, PER_ADDRESS),
      ]
  const { allowed, balances } = await store.spend(charges)
  if (allowed) return
  const wait = Math.max(...balances.map(balance => balance.wait))
  throw new PosternError('rate_limited', {
    message: 'Metadata of clients was fetched too often from there or for you. Try again shortly.',
    headers: { 'Retry-After': String(Math.max(Math.ceil(wait / 1_000), 1)) },
  })
}

function charge(name: string, quota: number): Charge {
  const digest = hash('sha256', name, 'base64url').slice(0, 22)
  return {
    key: `oauth-documents:${digest}`,
    allowance: { quota, window: MINUTE, burst: undefined },
    amount: 1,
  }
}
