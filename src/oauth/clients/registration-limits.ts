import { hash } from 'node:crypto'
import { addressGroups } from '../../auth/attempts/address-groups.ts'
import type { OAuthConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { Charge } from '../../store/counter.ts'
import type { Store } from '../../store/store.ts'

const HOUR = 3_600_000
/** An IPv6 /48 may register so many times as often as one of its /64s. */
const NETWORK_SHARE = 4

/**
 * Counts a registration: from its address and network in an hour, and of everybody together in the time after which an
 * unused client is forgotten. So there are never more than `most` clients that nobody approved, without counting them.
 *
 * @param from - the client's address; whoever has none is one of a kind
 * @throws PosternError `rate_limited`, `store_unavailable`
 */
export async function chargeRegistration(
  store: Pick<Store, 'spend'>,
  { perAddress, most, unused }: OAuthConfig['registration'],
  from: string | undefined,
): Promise<void> {
  const { host, network } = addressGroups(from ?? 'gone')
  const charges = [
    charge(`from:${digest(host)}`, perAddress, HOUR),
    ...(network === undefined ? [] : [charge(`from:${digest(network)}`, perAddress * NETWORK_SHARE, HOUR)]),
    charge('all', most, unused),
  ]
  const { allowed, balances } = await store.spend(charges)
  if (allowed) return
  const wait = Math.max(...balances.map(balance => balance.wait))
  const seconds = String(Math.max(Math.ceil(wait / 1_000), 1))
  throw new PosternError('rate_limited', {
    message:
      'Too many clients were registered from this address, or altogether. Use the one that you registered before, or try again later.',
    headers: { 'Retry-After': seconds },
  })
}

function charge(name: string, quota: number, window: number): Charge {
  return { key: `oauth-registrations:${name}`, allowance: { quota, window, burst: undefined }, amount: 1 }
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22)
}
