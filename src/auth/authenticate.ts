import type { IncomingHttpHeaders } from 'node:http'
import type { SchemeConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { AskProduct } from './ask-product.ts'
import type { CancelSignal } from './cancel-signal.ts'
import { type Endpoint, NOWHERE, type Site } from './endpoint.ts'
import { createEntrance, type Entrance } from './entrance.ts'
import { issuerOf } from './jwt/issuer-of.ts'
import { createHeaderReader } from './presented-headers.ts'
import type { Authenticated } from './principal.ts'
import { LONGEST_JWT } from './read-token.ts'
import { isCalledBack } from './refuse-revoked.ts'
import type { PresentedHeaders, Scheme } from './scheme.ts'
import { createAnonymousCaller } from './schemes/anonymous.ts'
import { createBearerScheme } from './schemes/bearer.ts'
import { createHeadersScheme } from './schemes/headers.ts'
import { createJwtScheme } from './schemes/jwt.ts'
import { createOAuthScheme } from './schemes/oauth.ts'
import { createTokenScheme } from './schemes/token.ts'
import { createSignIn } from './sign-in.ts'
import { createProductVerifier } from './verify-with-product.ts'

export interface AuthenticatorOptions {
  /** The configured schemes, in the order in which they are tried. */
  readonly auth: readonly SchemeConfig[]
  /** The configuration's name: the realm of challenges. */
  readonly name: string
  readonly store: Store
  /**
   * For how long, in milliseconds, callers go on while the store can't be asked, counted from when it was last asked
   * about them; default: nobody does.
   */
  readonly stale?: number | undefined
  readonly verifyWithProduct: AskProduct
  /** Where the gateway is; default: nowhere, so that tokens for one of its endpoints are refused. */
  readonly site?: Site
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number
}

/** What is looked at of a request: its headers, never its URL or body. */
export interface PresentedRequest {
  /** Not read: Node has dropped or joined what came twice. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came over the wire. The only source of credentials. */
  readonly rawHeaders: readonly string[]
  /** Aborted when the caller goes away. */
  readonly signal?: CancelSignal
  /** The client's address, by which failed sign-ins are counted; left out where there is no network. */
  readonly from?: string
}

/** Tells who is calling. */
export interface Authenticator {
  /**
   * The caller, or a refusal. Synchronous where nothing has to be waited for.
   *
   * A credential that was presented is either accepted or refused: it never makes the caller anonymous. The
   * request may carry the headers of one credential only. 401s carry their WWW-Authenticate header.
   *
   * @param endpoint where the request came to, the same object each time; default: one that takes every scheme.
   * @throws PosternError `missing_token`, `invalid_token`, `ambiguous_credentials`, `store_unavailable`,
   * `upstream_unavailable`, `cancelled`.
   */
  authenticate(request: PresentedRequest, endpoint?: Endpoint): Authenticated | Promise<Authenticated>
}

/** Makes the authenticator of a configuration. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { store, now = Date.now } = options
  const schemes = createSchemes(options)
  const signIn = createSignIn(identify, store, options.stale, now)
  const anonymous = findAnonymous(options.auth)
  const readHeaders = createHeaderReader(schemes.flatMap(scheme => scheme.headers))
  const entrances = new WeakMap<Endpoint, Entrance>()

  function entranceOf(endpoint: Endpoint): Entrance {
    const known = entrances.get(endpoint)
    if (known !== undefined) return known
    const entrance = createEntrance({ schemes, anonymous, endpoint, site: options.site, realm: options.name })
    entrances.set(endpoint, entrance)
    return entrance
  }

  return {
    authenticate(request, endpoint = ANY) {
      const entrance = entranceOf(endpoint)
      try {
        const caller = signIn(readHeaders(request.rawHeaders), entrance, request.signal)
        if (!(caller instanceof Promise)) return caller
        return caller.catch((error: unknown) => {
          throw entrance.withChallenge(error)
        })
      } catch (error) {
        throw entrance.withChallenge(error)
      }
    },
  }
}

const ANY: Endpoint = Object.freeze({})

function identify(
  presented: PresentedHeaders,
  entrance: Entrance,
  signal: CancelSignal | undefined,
): Authenticated | Promise<Authenticated> {
  if (presented.size === 0) {
    if (entrance.anonymous !== undefined) return entrance.anonymous
    throw new PosternError('missing_token', { message: `This server needs a credential. ${entrance.wanted}` })
  }
  for (const scheme of entrance.schemesFor(presented)) {
    const caller = scheme.authenticate(presented, signal)
    if (caller !== undefined) return caller
  }
  throw new PosternError('invalid_token', {
    message: `This is no credential that this server takes. ${entrance.wanted}`,
  })
}

function createSchemes(options: AuthenticatorOptions): Scheme[] {
  const { auth, store, verifyWithProduct, site = NOWHERE, now = Date.now } = options
  const mintedPrefixes = auth.flatMap(mintedBy)
  const isMinted = (token: string) => mintedPrefixes.some(prefix => token.startsWith(prefix))
  const signsTokens = auth.some(({ type }) => type === 'oauth')
  const isOwn = (token: string) => isMinted(token) || (signsTokens && issuerOf(token) === site.baseUrl())
  const jwtHeaders = new Set(
    auth.flatMap(config =>
      config.type === 'jwt' || config.type === 'oauth' ? [config.header.toLowerCase()] : [],
    ),
  )
  const longestIn = (header: string) => (jwtHeaders.has(header.toLowerCase()) ? LONGEST_JWT : undefined)
  return auth.flatMap((config, index): Scheme[] => {
    if (config.type === 'anonymous') return []
    if (config.type === 'oauth') return [createOAuthScheme({ config, index, store, site, now })]
    if (config.type === 'jwt') return [createJwtScheme({ config, index, isMinted, now })]
    if (config.type === 'token') {
      return [createTokenScheme({ config, index, store, longest: longestIn(config.header), now })]
    }
    const verify = createProductVerifier({
      verify: config.verify,
      scheme: config.type,
      index,
      ask: verifyWithProduct,
      now,
      secret: () => secretOf(store),
      sequence: () => store.revocations.sequence,
      isStale: (principal, asOf) => isCalledBack(principal, asOf, store.revocations),
    })
    return config.type === 'bearer'
      ? [createBearerScheme({ config, verify, isOwn, longest: longestIn(config.header) })]
      : [createHeadersScheme({ config, verify, isOwn })]
  })
}

/** Starts of what Postern itself mints for a scheme, codes and refresh tokens included: no product is asked about it. */
function mintedBy(config: SchemeConfig): readonly string[] {
  if (config.type === 'token') return [config.prefix]
  return config.type === 'oauth' ? ['oat_', 'ort_', 'oac_'].map(kind => config.prefix + kind) : []
}

/** Asked only after `Store.fresh`, which knows the installation. */
function secretOf({ installation }: Pick<Store, 'installation'>): string {
  if (installation === undefined) throw new PosternError('store_unavailable', { detail: 'no installation' })
  return installation.secret
}

function findAnonymous(auth: readonly SchemeConfig[]): Authenticated | undefined {
  for (const [index, config] of auth.entries()) {
    if (config.type === 'anonymous') return createAnonymousCaller({ config, index })
  }
  return undefined
}
