import type { CancelSignal } from '../../auth/cancel-signal.ts'
import type { Principal } from '../../auth/principal.ts'
import type { ProductCredential } from '../../auth/product-question.ts'
import { refuseRevoked } from '../../auth/refuse-revoked.ts'
import { createProductVerifier } from '../../auth/verify-with-product.ts'
import type { SignInConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { oncePer } from '../once-per.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** The way of signing in by the product's own credential. */
export type ProductSignIn = Extract<SignInConfig, { type: 'product' }>

/** Whom the product's credential belongs to, as the product says now. */
export interface VerifiedCredential {
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** Scopes that they can give at most: what the way says, else the product; undefined: all that are offered. */
  readonly scopes: readonly string[] | undefined
  /** `crd_…` */
  readonly credentialId: string
  /** What people call them, where the answer says so. */
  readonly display: string | undefined
}

/**
 * Verifies the product's own credential.
 *
 * @param headers - as the product gets them, lower-case names
 * @throws PosternError `invalid_token` where the product refuses it or it was revoked here, `oauth_access_denied` where
 *   the way lets others in only, `upstream_unavailable` where nobody can say, `store_unavailable`, `cancelled`
 */
export type VerifyProductCredential = (
  way: ProductSignIn,
  headers: Readonly<Record<string, string>>,
  signal: CancelSignal,
) => Promise<VerifiedCredential>

/**
 * Makes the function that verifies the product's own credentials, when somebody signs in and when their connection is
 * refreshed. The product is asked each time: an answer of a moment ago would give a month to a credential that was
 * revoked since. A refusal holds for a moment (`negativeCache`), or one wrong credential, typed again and again, would
 * flood the product.
 */
export function createCredentialVerifier(
  surroundings: Pick<OAuthSurroundings, 'store' | 'now' | 'verifyWithProduct'>,
): VerifyProductCredential {
  const { store, now } = surroundings
  const names = new WeakMap<Principal, string>()
  const verifierOf = oncePer(({ verify }: ProductSignIn) =>
    createProductVerifier({
      verify: { ...verify, cache: 0 },
      scheme: 'oauth',
      index: 0,
      ask: question => surroundings.verifyWithProduct()(question),
      now,
      secret: () => secretOf(store),
      sequence: () => store.revocations.sequence,
      onVerified(principal, { display }) {
        if (display !== undefined) names.set(principal, display)
      },
    }),
  )

  return async (way, headers, signal) => {
    await store.fresh()
    const principal = await verifierOf(way)(toCredential(way, headers), signal)
    // Asked again: the product may have taken its time.
    await store.fresh()
    refuseRevoked(principal, store.revocations, now())
    if (way.when !== undefined && way.when.evaluate(principal) !== true)
      throw new PosternError('oauth_access_denied', { message: NOT_LET_IN })
    return { ...toVerified(way, principal), display: names.get(principal) }
  }
}

const NOT_LET_IN =
  'Your credential is right, but this server lets only some people in by it. An administrator can say who.'

function toCredential(way: ProductSignIn, given: Readonly<Record<string, string>>): ProductCredential {
  // In one order, so that the credential's id is the same wherever it is presented.
  const headers = Object.fromEntries(Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const { authorization } = headers
  const claimed = way.subject === undefined ? undefined : headers[way.subject.toLowerCase()]
  const token = way.headers.length === 1 ? authorization?.replace(/^bearer +/i, '') : undefined
  return { headers, claimed, ...(token !== undefined && { token }) }
}

function toVerified(way: ProductSignIn, principal: Principal): Omit<VerifiedCredential, 'display'> {
  const { subject, organization, roles, scopes, credentialId } = principal
  const { scopes: named, grant, introspection } = way.verify
  const isLimited = named !== undefined || grant !== undefined || introspection !== undefined
  return { subject, organization, roles, scopes: way.grant ?? (isLimited ? scopes : undefined), credentialId }
}

function secretOf({ installation }: OAuthSurroundings['store']): string {
  if (installation === undefined) throw new PosternError('store_unavailable', { detail: 'no installation' })
  return installation.secret
}
