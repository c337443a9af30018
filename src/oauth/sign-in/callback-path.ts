import type { SignInConfig } from '../../config/schema.ts'
import { PATHS } from '../paths.ts'

/**
 * Path of the redirect URI at the provider of a way. Each provider has its own (RFC 9700 section 4.4.2): one that sends
 * people on to another with the `state` of its own trip would else be brought the other's code, and could sign in here
 * with it.
 *
 * @param way - `name` of a way of type `oidc`
 * @param signIn - all ways
 */
export function callbackPath(way: string, signIn: readonly Pick<SignInConfig, 'type' | 'name'>[]): string {
  const first = signIn.find(({ type }) => type === 'oidc')
  return first?.name === way ? PATHS.callback : `${PATHS.callback}/${way}`
}

/** As routers write those of all ways but the first. */
export const FURTHER_CALLBACKS = `${PATHS.callback}/:way`
