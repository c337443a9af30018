import { decodeQueryName } from './query-name.ts'

/**
 * Whether a query asks the backend to take the request for another method than it has (`_method=DELETE`), which
 * would defeat a policy that goes by the method. The headers that do the same never reach the backend.
 */
export function hasMethodOverride(query: string): boolean {
  return query.split(/[&;]/).some(pair => isMethodOverride(decodeQueryName(pair.split('=', 1)[0] ?? '')))
}

/**
 * Whether Rails, Laravel, Symfony or Express may take the parameter of this name, decoded, for the method. PHP
 * reads `.method` as `_method`, drops spaces before it and all from a NUL on.
 */
export function isMethodOverride(name: string): boolean {
  return /^\s*[_.]method\s*(?:[[\0]|$)/i.test(name)
}
