import type { Store } from '../../store/store.ts'
import { chargeStrangers, sharesOfAddress } from '../charge-strangers.ts'

const MINUTE = 60_000
/** Flows from one address in a minute: an office behind one address begins fewer, and a flood fills no store. */
const PER_ADDRESS = 300

/**
 * Counts the beginning of a flow, which needs nobody's credential and leaves a record for some minutes.
 *
 * @param from - the client's address; undefined once the peer is gone
 * @throws PosternError `rate_limited`, `store_unavailable`
 */
export async function chargeFlow(store: Pick<Store, 'spend'>, from: string | undefined): Promise<void> {
  await chargeStrangers(
    store,
    'oauth-flows',
    sharesOfAddress(from, PER_ADDRESS, MINUTE),
    'Too many sign-ins were begun from your network. Wait a minute, then start again from your client.',
  )
}
