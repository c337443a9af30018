import { oauthError } from './oauth-error.ts'

/** Parameters by name; an empty value is none (RFC 6749 section 3.1). */
export type Parameters = ReadonlyMap<string, string>

/** Further parameters are no OAuth request. */
const MOST_PARAMETERS = 64

/**
 * Reads a query or a form. A parameter that comes twice is refused whatever it is (RFC 6749 section 3.1): what one
 * reader takes from the first and another from the last is an attack.
 *
 * @throws PosternError `oauth_invalid_request`
 */
export function readParameters(text: string): Parameters {
  const found = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (seen.has(name))
      throw oauthError('oauth_invalid_request', `The parameter ${shown(name)} comes twice. Send it once.`)
    seen.add(name)
    if (seen.size > MOST_PARAMETERS)
      throw oauthError('oauth_invalid_request', 'There are too many parameters.')
    if (value !== '') found.set(name, value)
  }
  return found
}

/** A parameter that has to be there. @throws PosternError `oauth_invalid_request` */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name)
  if (value === undefined) throw oauthError('oauth_invalid_request', `The parameter ${name} is missing.`)
  return value
}

function shown(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '?').slice(0, 64)
}
