import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import type { JsonObject } from '../tool.ts'
import { typesOf } from './schema-types.ts'

/** Longest loose schema, in characters; about 250 tokens. Beyond it, texts leave first, then members. */
const BUDGET = 1_000
const MAX_TEXT = 80
const MAX_PARTS = 64

/**
 * What an answer is, in a form that no object fails: its members with their types in words, since clients turn
 * down answers that don't fit and documents are often wrong about them. Undefined where the answer is no object, which
 * is the only kind that output schemas of 2025 describe.
 */
export function looseOutput(schema: unknown, resolveReference: ResolveReference): JsonObject | undefined {
  const members = membersOf(schema, resolveReference)
  if (members === undefined) return undefined
  for (const longest of [MAX_TEXT, 0]) {
    const properties = describeAll(members, longest, resolveReference)
    const loose = { type: 'object', properties: Object.fromEntries(properties) }
    if (JSON.stringify(loose).length <= BUDGET) return loose
  }
  const kept: [string, JsonObject][] = []
  let size = 0
  for (const [name, described] of describeAll(members, 0, resolveReference)) {
    size += name.length + JSON.stringify(described).length + 4
    if (size > BUDGET) break
    kept.push([name, described])
  }
  return { type: 'object', properties: Object.fromEntries(kept) }
}

function describeAll(
  members: ReadonlyMap<string, unknown>,
  longest: number,
  resolveReference: ResolveReference,
): readonly [string, JsonObject][] {
  return [...members].map(([name, member]) => [name, describe(member, longest, resolveReference)])
}

function describe(member: unknown, longest: number, resolveReference: ResolveReference): JsonObject {
  const found = followReferences(resolveReference, member)
  const target = 'value' in found ? found.value : {}
  const type = typesOf(target, true).join(' or ')
  const own = isJsonObject(member) ? member.description : undefined
  const text = longest === 0 ? '' : plainText(own ?? target.description, longest)
  const description = [type, text].filter(part => part !== '').join(': ')
  return description === '' ? {} : { description }
}

/** The members of an object, through references and `allOf`; undefined where the value may be something else. */
function membersOf(
  schema: unknown,
  resolveReference: ResolveReference,
): ReadonlyMap<string, unknown> | undefined {
  const members = new Map<string, unknown>()
  const parts: unknown[] = [schema]
  let isObject = false
  for (let index = 0; index < parts.length && index < MAX_PARTS; index++) {
    const found = followReferences(resolveReference, parts[index])
    if (!('value' in found)) return undefined
    const part = found.value
    if (part.anyOf !== undefined || part.oneOf !== undefined || part.nullable === true) return undefined
    const types = typesOf(part, true)
    if (types.some(type => type !== 'object')) return undefined
    isObject ||= types.length > 0
    const properties = isJsonObject(part.properties) ? part.properties : {}
    for (const [name, member] of Object.entries(properties)) {
      const isHidden = isJsonObject(member) && member.writeOnly === true
      if (!isHidden && !members.has(name)) members.set(name, member)
    }
    if (Array.isArray(part.allOf)) parts.push(...part.allOf)
  }
  return isObject ? members : undefined
}
