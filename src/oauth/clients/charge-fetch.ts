import { addressGroups } from '../../auth/attempts/address-groups.ts'
import type { Store } from '../../store/store.ts'
import { chargeStrangers } from '../charge-strangers.ts'

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
  const shares = isKnown
    ? [{ of: `url:${url.href}`, quota: PER_KNOWN_URL, window: MINUTE }]
    : [
        { of: `origin:${url.origin}`, quota: PER_ORIGIN, window: MINUTE },
        { of: `from:${addressGroups(from ?? 'gone').host}`, quota: PER_ADDRESS, window: MINUTE },
      ]
  await chargeStrangers(
    store,
    'oauth-documents',
    shares,
    'Metadata of clients was fetched too often from there or for you. Try again shortly.',
  )
}
