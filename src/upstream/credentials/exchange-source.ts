import { hash } from 'node:crypto'
import { createCoalescer } from '../../auth/coalesce.ts'
import { createExpiringCache } from '../../auth/expiring-cache.ts'
import { PosternError } from '../../errors.ts'
import type { UpstreamCredentials } from '../credentials.ts'
import type { CredentialSource } from './credential-source.ts'
import { askTokenEndpoint, type ExchangeConfig } from './token-endpoint.ts'
import { tokenHeader } from './token-header.ts'

/** What {@link createExchangeSource} needs. */
export interface ExchangeOptions {
  readonly config: ExchangeConfig
  /** Positions of the schemes whose tokens this provider may see. */
  readonly schemes: ReadonlySet<number>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const CACHE_SIZE = 10_000
const MOST_AT_ONCE = 512
/** A token is not used for the last part of its life, so that it doesn't end on its way: a fifth, at most 30 s. */
const MARGIN = 30_000
const MARGIN_PART = 0.2
/** Milliseconds that a refusal holds. */
const REFUSAL = 5_000

/**
 * Exchanges the caller's own token for one that the backend takes (RFC 8693). Tokens minted by Postern are never
 * exchanged: they are known nowhere else.
 *
 * A token is kept for the caller's credential until shortly before it ends, and no longer than that credential; one
 * that does not say when it ends is used once. Equal questions at the same time are asked once. Credentials are known
 * by their SHA-256.
 */
export function createExchangeSource({ config, schemes, now }: ExchangeOptions): CredentialSource {
  const granted = createExpiringCache<UpstreamCredentials>(CACHE_SIZE)
  const refused = createExpiringCache<PosternError>(CACHE_SIZE)
  const questions = createCoalescer<UpstreamCredentials>(MOST_AT_ONCE)

  async function exchange(
    key: string,
    token: string,
    expiresAt: number | undefined,
    signal: AbortSignal,
  ): Promise<UpstreamCredentials> {
    const asked = now()
    const answer = await askTokenEndpoint(config, token, signal)
    if (answer.kind === 'failed') throw failure('upstream_credential_unavailable', config, answer.reason)
    if (answer.kind === 'refused') {
      const error = failure('exchange_refused', config, answer.reason)
      refused.set(key, error, asked, REFUSAL)
      throw error
    }
    const credentials = tokenHeader(config.header, answer.token)
    granted.set(key, credentials, asked, lifetime(answer.lifetime ?? 0, asked, expiresAt))
    return credentials
  }

  return ({ principal, exchangeable }, signal) => {
    if (!schemes.has(principal.schemeIndex)) return undefined
    // A way that fits never falls through to the next one.
    if (exchangeable === undefined) {
      throw failure('upstream_credential_unavailable', config, 'the caller’s token is not at hand')
    }
    const key = hash('sha256', exchangeable, 'base64url')
    const at = now()
    const known = granted.get(key, at)
    if (known !== undefined) return known
    const refusal = refused.get(key, at)
    if (refusal !== undefined) throw refusal
    return questions.run(key, abort => exchange(key, exchangeable, principal.expiresAt, abort), signal)
  }
}

function lifetime(granted: number, from: number, expiresAt: number | undefined): number {
  const usable = granted - Math.min(MARGIN, granted * MARGIN_PART)
  return Math.min(usable, (expiresAt ?? Number.POSITIVE_INFINITY) - from)
}

function failure(
  code: 'exchange_refused' | 'upstream_credential_unavailable',
  { tokenEndpoint }: ExchangeConfig,
  reason: string,
): PosternError {
  return new PosternError(code, { detail: `${new URL(tokenEndpoint).origin}: ${reason}` })
}
