import { hash, randomBytes } from 'node:crypto'
import { addressGroups } from '../../auth/attempts/address-groups.ts'
import { createFailureCount, type FailureCountOptions } from '../../auth/attempts/failure-count.ts'
import { createSignInMemory } from '../../auth/attempts/sign-in-memory.ts'
import { tooManyAttempts } from '../../auth/attempts/too-many-attempts.ts'
import { createExpiringCache } from '../../auth/expiring-cache.ts'
import type { Config } from '../../config/config.ts'
import type { FailedSignInsConfig } from '../../config/schema/failed-sign-ins.ts'
import type { OAuthClient } from '../client.ts'
import { oauthError } from '../oauth-error.ts'
import { oncePer } from '../once-per.ts'
import type { ClientSecrets } from './client-secret.ts'

/** What a client presents, from where. */
export interface PresentedSecret {
  readonly secret: string
  /** The client's address; undefined once the peer is gone. */
  readonly from: string | undefined
}

/** What {@link createSecretVerifier} needs. */
export interface SecretVerifierOptions extends Pick<FailureCountOptions, 'store' | 'onPause' | 'clock'> {
  readonly secrets: ClientSecrets
  /** `failedSignIns` as it is now. */
  readonly failedSignIns: () => Config['failedSignIns']
}

/**
 * Makes the function that verifies a client's secret. Wrong ones count as failed sign-ins do, of the same counters: per
 * address, and per client from there. During a pause nothing is verified; what was right from that address before is
 * remembered under a keyed digest, so that a guesser costs no hashes, and those who share his address, or come while
 * others make all hashes wait, go on.
 *
 * It throws PosternError `oauth_invalid_client`, `too_many_attempts`, `rate_limited`, `store_unavailable`.
 */
export function createSecretVerifier(
  options: SecretVerifierOptions,
): (client: OAuthClient, presented: PresentedSecret) => Promise<void> {
  const { secrets, clock } = options
  const memory = createSignInMemory()
  const good = createExpiringCache<true>(MOST_REMEMBERED)
  const countOf = oncePer((config: FailedSignInsConfig) => createFailureCount({ ...options, config, memory }))

  return async (client, { secret, from = 'gone' }) => {
    const { authentication } = client
    if (authentication.method !== 'client_secret') throw wrong()
    const credential = new Map([
      ['client', client.id],
      // What was wrong before may be right once the secret is another one.
      ['hash', authentication.hash],
      ['secret', secret],
    ])
    const attempt = { from, subject: client.id, credential }
    const settings = options.failedSignIns()
    const failures = settings === false ? undefined : countOf(settings)
    const known = digest(client.id, secret, authentication.hash, addressGroups(from).host)
    if (good.peek(known) !== undefined) return
    const wait = failures?.look(attempt).wait ?? 0
    if (wait > 0) throw tooManyAttempts(wait)
    // The same again is no further guess: a machine with an old secret in a loop locks nobody out. Nor is it a further
    // hash, or one secret sent again and again would make all others wait.
    if (memory.known.isBad(credential, clock())) throw wrong()
    if (await secrets.verify(secret, authentication.hash)) {
      good.set(known, true, 0, Number.POSITIVE_INFINITY)
      return
    }
    if (failures === undefined) throw wrong()
    await failures.add(attempt, wrong())
  }
}

const MOST_REMEMBERED = 10_000
/** Makes what is kept useless elsewhere. */
const KEY = randomBytes(32).toString('base64url')

function digest(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify([KEY, ...parts]), 'base64url')
}

function wrong() {
  return oauthError('oauth_invalid_client', 'The client’s secret is wrong. Check it, or make a new one.')
}
