import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import { isSafeKey, safeKey } from '../profiles/safe-keys.ts'
import type { JsonObject } from '../tool.ts'

const CREDENTIAL_NAME =
  /(?:^|_)(?:password|passwd|passphrase|pwd|secret|secrets|api_?key|private_?key|secret_?key|access_?key|signing_?key|encryption_?key|authorization|bearer|credential|credentials|cookie|otp|totp|cvc|cvv|pin|ssn|(?:access|refresh|auth|api|session|bearer|id|csrf|oauth|personal)_?token|token|client_secret|card_number|iban_full)(?:$|_(?:value|confirmation|hash|text|new|old|current))/
const MAX_NODES = 500
/** Most judgements that are remembered per tool; callers choose the names, so there must be an end to it. */
const MAX_REMEMBERED = 500

/**
 * Makes the judge of which argument values must not be logged or shown: those whose schema says so
 * (`format: password`, `writeOnly`, `x-sensitive`), those with a credential's name, and all inside of them.
 * In doubt (a schema too wide to search) it says yes.
 *
 * @param schemas - argument name → the document's own schemas of it
 */
export function sensitivePaths(
  schemas: ReadonlyMap<string, readonly unknown[]>,
  resolveReference: ResolveReference,
): (path: readonly string[]) => boolean {
  const judge = (path: readonly string[]): boolean => {
    if (path.some(isCredentialName)) return true
    const [argument = '', ...inner] = path
    let nodes = expand(schemas.get(argument) ?? [], resolveReference)
    for (const part of inner) {
      if (nodes === undefined || nodes.some(isMarked)) return true
      nodes = expand(
        nodes.flatMap(node => childrenOf(node, part)),
        resolveReference,
      )
    }
    return nodes === undefined || nodes.some(isMarked)
  }
  const remembered = new Map<string, boolean>()
  const ofArguments = new Map([...schemas.keys()].map(name => [name, once(() => judge([name]))]))
  return path => {
    const ofArgument = path.length === 1 ? ofArguments.get(path[0] ?? '') : undefined
    if (ofArgument !== undefined) return ofArgument()
    // Unambiguous: names come from callers, and one that passed for another path would settle its verdict.
    const key = JSON.stringify(path)
    const known = remembered.get(key)
    if (known !== undefined) return known
    const verdict = judge(path)
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    if (key.length <= 256) remembered.set(key, verdict)
    return verdict
  }
}

/** Whether a name is that of a credential: `api_key`, `newPassword`, `X-Auth-Token`. */
export function isCredentialName(name: string): boolean {
  const snake = name
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()
  return CREDENTIAL_NAME.test(snake)
}

function isMarked(schema: JsonObject): boolean {
  return schema.format === 'password' || schema.writeOnly === true || schema['x-sensitive'] === true
}

/** The schemas, with all that they refer to or are composed of; undefined if there are too many. */
function expand(
  schemas: readonly unknown[],
  resolveReference: ResolveReference,
): readonly JsonObject[] | undefined {
  const found = new Set<JsonObject>()
  const stack = [...schemas]
  for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
    if (!isJsonObject(schema) || found.has(schema)) continue
    if (found.size >= MAX_NODES) return undefined
    found.add(schema)
    if (typeof schema.$ref === 'string') {
      const target = followReferences(resolveReference, schema)
      if ('value' in target) stack.push(target.value)
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf', 'then', 'else'])
      stack.push(...[schema[keyword] ?? []].flat())
  }
  return [...found]
}

function childrenOf(schema: JsonObject, part: string): readonly unknown[] {
  if (part === '*') return [schema.items, schema.prefixItems, schema.contains].flat().filter(isJsonObject)
  const { properties, additionalProperties, patternProperties } = schema
  if (isJsonObject(properties)) {
    // What callers write may have the key that was advertised for an unsafe one.
    const own = Object.hasOwn(properties, part) ? part : unsafeKey(properties, part)
    if (own !== undefined) return [properties[own]]
  }
  const patterns = isJsonObject(patternProperties) ? Object.values(patternProperties) : []
  return [additionalProperties, ...patterns].filter(isJsonObject)
}

function unsafeKey(properties: JsonObject, part: string): string | undefined {
  return Object.keys(properties).find(key => !isSafeKey(key) && safeKey(key) === part)
}
