import { sensitivePaths } from '../arguments/sensitive-paths.ts'
import type { ResolveReference } from '../document/resolve-reference.ts'
import { knownProperties } from './known-properties.ts'

/**
 * Whether a value of these schemas is a secret or has one among its members. For arguments that are a text of such a
 * value: of the text no part can be masked, so all of it is.
 */
export function holdsSecrets(resolve: ResolveReference, schemas: readonly unknown[]): boolean {
  const isSensitive = sensitivePaths(new Map([['value', schemas]]), resolve)
  const names = schemas.flatMap(schema => [...knownProperties(resolve, schema).properties.keys()])
  return isSensitive(['value']) || names.some(name => isSensitive(['value', name]))
}
