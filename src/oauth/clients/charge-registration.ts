import type { OAuthConfig } from '../../config/schema.ts'
import type { Store } from '../../store/store.ts'
import { chargeStrangers, sharesOfAddress } from '../charge-strangers.ts'

const HOUR = 3_600_000

/**
 * Counts a registration: from its address and network in an hour, and of everybody together in the time after which an
 * unused client is forgotten. So there are never more than `most` clients that nobody approved, without counting them.
 *
 * @param from - the client's address; undefined once the peer is gone
 * @throws PosternError `rate_limited`, `store_unavailable`
 */
export async function chargeRegistration(
  store: Pick<Store, 'spend'>,
  { perAddress, most, unused }: OAuthConfig['registration'],
  from: string | undefined,
): Promise<void> {
  await chargeStrangers(
    store,
    'oauth-registrations',
    [...sharesOfAddress(from, perAddress, HOUR), { of: 'all', quota: most, window: unused }],
    'Too many clients were registered from this address, or altogether. Use the one that you registered before, or try again later.',
  )
}
