import { PosternError } from '../errors.ts'
import { challenge } from './challenge.ts'
import { type Endpoint, NOWHERE, type Site } from './endpoint.ts'
import type { Authenticated, Principal, SchemeType } from './principal.ts'
import { createForeignRefusal } from './refuse-foreign.ts'
import type { PresentedHeaders, Scheme } from './scheme.ts'

/** The ways in at one endpoint: which schemes sign in there, and what to tell those who come with none. */
export interface Entrance {
  /** The caller without a credential, where such callers are let in. */
  readonly anonymous: Authenticated | undefined
  /** What a caller has to send, in words: names of headers and prefixes, nothing secret. */
  readonly wanted: string
  /**
   * The schemes whose headers are exactly those presented, in order; empty where none takes them.
   *
   * @throws PosternError `invalid_token` if a header of a group is missing, `ambiguous_credentials` if the
   * headers belong to no single scheme.
   */
  readonly schemesFor: (presented: PresentedHeaders) => readonly Scheme[]
  /** Whether this scheme signs in here. */
  readonly takes: (scheme: SchemeType) => boolean
  /** Refuses callers whose token was issued for another endpoint. @throws PosternError `invalid_token` */
  readonly refuseForeign: (principal: Principal) => void
  /** The same error, a 401 with its WWW-Authenticate header. */
  readonly withChallenge: (error: unknown) => unknown
}

export interface EntranceOptions {
  /** All configured schemes; also those that do not sign in here count as a second credential. */
  readonly schemes: readonly Scheme[]
  readonly anonymous: Authenticated | undefined
  readonly endpoint: Endpoint
  /** Default: none, so that tokens for one of its endpoints are good nowhere. */
  readonly site?: Site | undefined
  readonly realm: string
}

/** Prepares the entrance of one endpoint. */
export function createEntrance(options: EntranceOptions): Entrance {
  const { schemes, anonymous, endpoint, site = NOWHERE, realm } = options
  const { allowed, scopes = [] } = endpoint
  const usable = schemes.filter(({ type }) => allowed === undefined || allowed.has(type))
  const wanted = inWords(usable)
  // Where Authorization is not read, the challenge names the headers that are.
  const takesBearer = usable.some(scheme => hasHeader(scheme, 'authorization'))
  const headers = takesBearer ? [] : [...new Set(usable.flatMap(scheme => scheme.headers))]

  /** For one header alone, which is the usual case, prepared: the answer depends on nothing but its name. */
  const forOne = new Map(
    schemes
      .flatMap(scheme => scheme.headers.map(name => name.toLowerCase()))
      .map(name => [name, usable.filter(scheme => scheme.headers.length === 1 && hasHeader(scheme, name))]),
  )

  return {
    anonymous: allowed === undefined || allowed.has('anonymous') ? anonymous : undefined,
    wanted,
    schemesFor(presented) {
      const names = [...presented.keys()]
      const alone = names.length === 1 ? forOne.get(names[0] ?? '') : undefined
      if (alone !== undefined && alone.length > 0) return alone
      const covering = schemes.filter(scheme => names.every(name => hasHeader(scheme, name)))
      if (covering.length === 0 && names.length > 1) {
        throw new PosternError('ambiguous_credentials', {
          message: `The request carries more than one credential, in the headers ${names.join(' and ')}. ${wanted}`,
        })
      }
      const here = covering.filter(scheme => usable.includes(scheme))
      const complete = here.filter(scheme => scheme.headers.length === presented.size)
      const [partial] = here
      if (complete.length === 0 && partial !== undefined) throw missingHeader(partial, presented)
      return complete
    },
    takes: scheme => allowed === undefined || allowed.has(scheme),
    refuseForeign: createForeignRefusal(endpoint.path, site),
    withChallenge(error) {
      if (!(error instanceof PosternError) || error.status !== 401) return error
      return new PosternError(error.code, {
        message: error.message,
        detail: error.detail,
        data: error.data,
        cause: error.cause,
        headers: {
          ...error.headers,
          ...challenge(error, { realm, headers, metadata: endpoint.metadata?.(), scopes }),
        },
      })
    },
  }
}

function missingHeader(scheme: Scheme, presented: PresentedHeaders): PosternError {
  const missing = scheme.headers.filter(name => !presented.has(name.toLowerCase()))
  return new PosternError('invalid_token', {
    message: `The header ${missing.join(' and ')} is missing: this server takes ${scheme.expects} together.`,
  })
}

function inWords(usable: readonly Scheme[]): string {
  if (usable.length > 0) return `Send ${usable.map(scheme => scheme.expects).join(', or ')}.`
  return 'It takes none: remove the credential headers from the client’s configuration.'
}

function hasHeader(scheme: Scheme, lowerCaseName: string): boolean {
  return scheme.headers.some(name => name.toLowerCase() === lowerCaseName)
}
