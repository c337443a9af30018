import { PosternError } from '../errors.ts'
import type { Site } from './endpoint.ts'
import type { Principal } from './principal.ts'

/**
 * Makes the function that refuses callers whose token was issued for another endpoint of this gateway (RFC 8707, MCP
 * 2026-07-28 basic/authorization "Token Handling"). A token of the authorization server is good at the one that it
 * names. One of an identity provider may name several, and then is good at these; where it names none, but something
 * else that the scheme `jwt` is configured with, it is good wherever that scheme signs in.
 *
 * The administration and the pass-through are endpoints too: what a client was given for tools is no key to them.
 *
 * @param path - of the endpoint; undefined: no endpoint that a token could name
 * @returns throws PosternError `invalid_token`; its `reason` tells it from a guess
 */
export function createForeignRefusal(
  path: string | undefined,
  { pathOf }: Pick<Site, 'pathOf'>,
): (principal: Principal) => void {
  // The list is the principal's own and stays as long as its verification is kept.
  const judged = new WeakMap<readonly string[], boolean>()

  function isMeant(scheme: Principal['scheme'], audience: readonly string[]): boolean {
    const named = audience.map(pathOf)
    if (path !== undefined && named.includes(path)) return true
    return scheme !== 'oauth' && named.every(other => other === undefined)
  }

  return ({ scheme, audience }) => {
    if (audience === undefined) return
    let isGood = judged.get(audience)
    if (isGood === undefined) {
      isGood = isMeant(scheme, audience)
      judged.set(audience, isGood)
    }
    if (isGood) return
    throw new PosternError('invalid_token', {
      message:
        'This token was issued for another address of this gateway. Ask for one for this address: connect your client to it anew.',
      data: { reason: 'audience' },
    })
  }
}
