import { isJsonObject } from '../is-json-object.ts'
import { SCHEMA_MAP_KEYWORDS } from '../schema/subschemas.ts'

/** Places of a file that have a name besides their pointer (JSON Schema 2020-12 section 8.2). */
export interface NamedPlaces {
  /** `$anchor` and `$dynamicAnchor`; the first of a name counts. */
  readonly anchors: ReadonlyMap<string, unknown>
  /** `$id` as an absolute URL without fragment → pointer. */
  readonly identifiers: ReadonlyMap<string, string>
}

const DATA = new Set(['example', 'examples', 'default', 'enum', 'const'])
const NAMES = new Set<string>([...SCHEMA_MAP_KEYWORDS, '$defs', 'definitions', 'schemas'])

/**
 * Finds them, wherever schemas may stand; inside examples, defaults and extensions nothing has a name.
 *
 * @param base - URL that relative identifiers are relative to
 */
export function findNamedPlaces(root: unknown, base: string): NamedPlaces {
  const anchors = new Map<string, unknown>()
  const identifiers = new Map<string, string>()
  const stack: { value: unknown; pointer: string; base: string; isMap: boolean }[] = [
    { value: root, pointer: '', base, isMap: false },
  ]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, pointer, isMap } = next
    if (typeof value !== 'object' || value === null) continue
    let within = next.base
    if (isJsonObject(value) && !isMap) {
      within = resolveIdentifier(value.$id, within) ?? within
      if (within !== next.base && !identifiers.has(within)) identifiers.set(within, pointer)
      for (const name of [value.$anchor, value.$dynamicAnchor]) {
        if (typeof name === 'string' && !anchors.has(name)) anchors.set(name, value)
      }
    }
    for (const [key, child] of Object.entries(value).reverse()) {
      if (!isMap && (DATA.has(key) || key.startsWith('x-'))) continue
      const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      stack.push({ value: child, pointer: place, base: within, isMap: !isMap && NAMES.has(key) })
    }
  }
  return { anchors, identifiers }
}

/** The URL that an `$id` gives its schema, without fragment; undefined where it is none. */
export function resolveIdentifier(id: unknown, base: string): string | undefined {
  if (typeof id !== 'string' || id.startsWith('#')) return undefined
  const url = URL.parse(id, base)
  if (url === null) return undefined
  url.hash = ''
  return url.href
}
