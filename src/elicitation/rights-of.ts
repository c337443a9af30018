import { hash } from 'node:crypto'
import type { Principal } from '../auth/principal.ts'

/**
 * What a caller may and is, as far as conditions and bindings see it, as a short text that is the same for the same.
 * People take minutes to answer: whoever is another by then, to the product, said yes to another call.
 */
export function rightsOf({ roles, scopes, flags, unlearnt }: Principal): string {
  const lists = [roles, scopes, flags, unlearnt].map(list => (list === undefined ? null : [...list].sort()))
  return hash('sha256', JSON.stringify(lists), 'base64url')
}
