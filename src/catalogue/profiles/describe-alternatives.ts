import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

const MOST_ALTERNATIVES = 12
const MOST_NAMES = 6
const LONGEST = 320

/**
 * Says in words which members belong together where alternative objects are merged into one: `One of: type=card,
 * number; type=bank, iban.` By a member whose value tells them apart where there is one, and what each requires.
 * Empty where nothing short can be said.
 */
export function describeAlternatives(objects: readonly JsonObject[]): string {
  if (objects.length > MOST_ALTERNATIVES) return ''
  const parts = objects.map(describe)
  const told = [...new Set(parts.filter(part => part !== ''))]
  const text = `One of: ${told.join('; ')}.`
  return told.length < 2 || text.length > LONGEST ? '' : text
}

function describe(schema: JsonObject): string {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const required = [schema.required ?? []].flat().map(String)
  const pinned = Object.entries(properties).flatMap(([name, property]) => {
    const value = onlyValue(property)
    return value === undefined ? [] : [[name, `${name}=${value}`] as const]
  })
  const isPinned = new Set(pinned.map(([name]) => name))
  const named = required.length > 0 ? required : pinned.length > 0 ? [] : Object.keys(properties)
  const others = named.filter(name => !isPinned.has(name))
  const shown = [...pinned.map(([, text]) => text), ...others].slice(0, MOST_NAMES)
  return shown.join(', ') + (pinned.length + others.length > MOST_NAMES ? ', …' : '')
}

/** The value of a member that can have but one; looked for where discriminators put it. */
function onlyValue(property: unknown): string | undefined {
  if (!isJsonObject(property)) return undefined
  for (const schema of [property, ...(Array.isArray(property.allOf) ? property.allOf : [])]) {
    const values = isJsonObject(schema) ? schema.enum : undefined
    if (Array.isArray(values) && values.length === 1) return String(values[0]).slice(0, 60)
  }
  return undefined
}
