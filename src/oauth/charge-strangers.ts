import { hash } from 'node:crypto'
import { addressGroups } from '../auth/attempts/address-groups.ts'
import { PosternError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** Of one thing that is counted: how often it may be done in how many milliseconds. */
export interface Share {
  /** What it is counted under: an address, an origin. Only its digest is stored. */
  readonly of: string
  readonly quota: number
  readonly window: number
}

/** An IPv6 /48 may do something so many times as often as one of its /64s. */
const NETWORK_SHARE = 4

/**
 * Counts what somebody does who has proved nothing yet, in the store's counters: one count for all nodes. Where one share
 * is used up, none is charged.
 *
 * @param what - is done; begins the counters' names: `oauth-flows`
 * @param message - for who did it too often: what happened, and what to do
 * @throws PosternError `rate_limited` with `Retry-After`, `store_unavailable`
 */
export async function chargeStrangers(
  store: Pick<Store, 'spend'>,
  what: string,
  shares: readonly Share[],
  message: string,
): Promise<void> {
  const charges = shares.map(({ of, quota, window }) => ({
    key: `${what}:${hash('sha256', of, 'base64url').slice(0, 22)}`,
    allowance: { quota, window, burst: undefined },
    amount: 1,
  }))
  const { allowed, balances } = await store.spend(charges)
  if (allowed) return
  const wait = Math.max(...balances.map(balance => balance.wait))
  const seconds = Math.max(Math.ceil(wait / 1_000), 1)
  throw new PosternError('rate_limited', { message, headers: { 'Retry-After': String(seconds) } })
}

/**
 * The shares of an address and of the network that it is in.
 *
 * @param from - the client's address; whoever has none is one of a kind
 * @param quota - of the address: an IPv4 address, or an IPv6 /64
 */
export function sharesOfAddress(from: string | undefined, quota: number, window: number): readonly Share[] {
  const { host, network } = addressGroups(from ?? 'gone')
  const own = { of: `from:${host}`, quota, window }
  return network === undefined
    ? [own]
    : [own, { of: `from:${network}`, quota: quota * NETWORK_SHARE, window }]
}
