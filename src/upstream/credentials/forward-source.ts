import type { CredentialSource } from './credential-source.ts'

/**
 * The caller's own credential, for callers who presented one of the product itself (schemes `bearer` and `headers`)
 * to an API that may have it. A token minted by Postern never goes upstream, whatever `forwardable` says.
 *
 * @param schemes - positions of the schemes whose credentials this API may have
 */
export function createForwardSource(schemes: ReadonlySet<number>): CredentialSource {
  return ({ principal, forwardable }) => {
    const isProducts = principal.scheme === 'bearer' || principal.scheme === 'headers'
    if (!isProducts || !schemes.has(principal.schemeIndex)) return undefined
    for (const _ in forwardable) return { headers: forwardable, from: 'caller' }
    return undefined
  }
}
