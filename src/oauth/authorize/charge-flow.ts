import { hash } from 'node:crypto'
import { addressGroups } from '../../auth/attempts/address-groups.ts'
import { PosternError } from '../../errors.ts'
import type { Charge } from '../../store/counter.ts'
import type { Store } from '../../store/store.ts'

const MINUTE = 60_000
/** Flows from one address in a minute: an office behind one address begins fewer, and a flood fills no store. */
const PER_ADDRESS = 300
/** An IPv6 /48 may begin so many times as often as one of its /64s. */
const NETWORK_SHARE = 4

/**
 * Counts the beginning of a flow, which needs nobody's credential and leaves a record for some minutes.
 *
 * @param from - the client's address; whoever has none is one of a kind
 * @throws PosternError `rate_limited`, `store_unavailable`
 */
export async function chargeFlow(store: Pick<Store, 'spend'>, from: string | undefined): Promise<void> {
  const { host, network } = addressGroups(from ?? 'gone')
  const charges = [
    charge(host, PER_ADDRESS),
    ...(network === undefined ? [] : [charge(network, PER_ADDRESS * NETWORK_SHARE)]),
  ]
  const { allowed, balances } = await store.spend(charges)
  if (allowed) return
  const wait = Math.max(...balances.map(balance => balance.wait))
  throw new PosternError('rate_limited', {
    message:
      'Too many sign-ins were begun from your network. Wait a minute, then start again from your client.',
    headers: { 'Retry-After': String(Math.max(Math.ceil(wait / 1_000), 1)) },
  })
}

function charge(group: string, quota: number): Charge {
  const name = hash('sha256', group, 'base64url').slice(0, 22)
  return { key: `oauth-flows:${name}`, allowance: { quota, window: MINUTE, burst: undefined }, amount: 1 }
}
