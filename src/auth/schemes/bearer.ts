import type { SchemeConfig } from '../../config/schema.ts'
import type { Authenticated, Principal } from '../principal.ts'
import { LONGEST_CREDENTIAL, readToken } from '../read-token.ts'
import type { Scheme } from '../scheme.ts'
import type { VerifyCredential } from '../verify-with-product.ts'

export interface BearerSchemeOptions {
  readonly config: Extract<SchemeConfig, { type: 'bearer' }>
  readonly verify: VerifyCredential
  /** Whether a value is a token of Postern's own, minted or signed, which no product may ever see. */
  readonly isOwn: (token: string) => boolean
  /** Most characters of the header, where another scheme takes more; the product is shown none that long. */
  readonly longest?: number
}

const NOTHING_TO_FORWARD: Authenticated['forwardable'] = Object.freeze({})

/**
 * The product's own token, verified by the product and, where the API says so, forwarded to it; or an opaque token
 * of an authorization server, which may have been issued for this gateway and then must not reach a backend (MCP,
 * "Token Passthrough").
 */
export function createBearerScheme({ config, verify, isOwn, longest }: BearerSchemeOptions): Scheme {
  const { header, prefix = '' } = config
  const headerKey = header.toLowerCase()
  const isAuthorization = headerKey === 'authorization'
  const mayForward = config.verify.introspection?.forward ?? true
  const kind = prefix === '' ? '' : ` with a token that starts with ${prefix}`

  return {
    type: 'bearer',
    headers: [header],
    expects: `\`${isAuthorization ? 'Authorization: Bearer …' : `${header}: …`}\`${kind}`,
    authenticate(presented, signal) {
      const token = readToken(header, presented.get(headerKey) ?? '', longest)
      if (!token.startsWith(prefix) || isOwn(token)) return undefined
      if (token.length > LONGEST_CREDENTIAL) return undefined
      const headers = Object.freeze({ [headerKey]: isAuthorization ? `Bearer ${token}` : token })
      const accept = (principal: Principal): Authenticated => ({
        principal,
        forwardable: mayForward ? headers : NOTHING_TO_FORWARD,
        doubt: () => verify.doubt(headers),
        exchangeable: token,
      })
      const verified = verify({ headers, token, claimed: undefined }, signal)
      return verified instanceof Promise ? verified.then(accept) : accept(verified)
    },
  }
}
