import { SkippedOperation } from '../arguments/argument.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/**
 * The scopes that an operation's OpenAPI `security` requires (for `scopesFrom: security`). Alternatives are any
 * of which is enough: the one with the fewest scopes counts, the first among equals, so that nobody is asked for
 * more than the API asks for. The operation's own `security` replaces the document's (OpenAPI 3.1 "Operation
 * Object").
 *
 * @throws SkippedOperation where `security` can't be read, since guessing could let callers in
 */
export function securityScopes(document: JsonObject, operation: JsonObject): readonly string[] {
  const security = operation.security ?? document.security
  if (security === undefined) return []
  if (!Array.isArray(security)) throw new SkippedOperation('`security` is no list; make it one')
  const alternatives = security.map(scopesOf)
  const smallest = alternatives.reduce<readonly string[] | undefined>((best, next) => {
    return best === undefined || next.length < best.length ? next : best
  }, undefined)
  return smallest ?? []
}

function scopesOf(requirement: unknown): readonly string[] {
  if (!isJsonObject(requirement)) throw new SkippedOperation('`security` holds what is no object')
  const scopes = Object.values(requirement).flat()
  for (const scope of scopes) {
    if (typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) continue
    throw new SkippedOperation(
      `\`security\` names a scope that is none: ${JSON.stringify(scope)?.slice(0, 80)}`,
    )
  }
  return [...new Set(scopes as string[])]
}
