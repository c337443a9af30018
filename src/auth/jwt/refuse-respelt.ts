import { issuerOf } from './issuer-of.ts'
import { refuseJwt } from './refuse-jwt.ts'

/**
 * Refuses what is no JWT to us but would be one of this issuer with another spelling of its signature: it could be one
 * to whom the next scheme asks, and a revoked token would come back there, under another id.
 *
 * @throws PosternError `invalid_token`
 */
export function refuseRespelt(token: string, issuer: string): void {
  if (issuerOf(token) === issuer) refuseJwt('This token’s signature can’t be read. Was all of it copied?')
}
