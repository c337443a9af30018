import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import type { JsonObject } from '../tool.ts'
import { subschemas } from './subschemas.ts'

/** The JSON pointer that a dynamic reference of a schema leads to; undefined where it can't be told. */
export type ResolveDynamic = (schema: JsonObject) => string | undefined

/**
 * A resolver of `$dynamicRef` to its static target: the first schema of the document that has the anchor (JSON
 * Schema 2020-12 core section 8.2.3.2, without the dynamic scope, which no client follows); and of 2019-09's
 * `$recursiveRef` to the named schema around it that has the `$recursiveAnchor`. Both are looked up on first use.
 */
export function createDynamicResolver(document: JsonObject): ResolveDynamic {
  const anchors = once(() => findAnchors(document))
  return schema => {
    if (schema.$recursiveRef !== undefined) return anchors().recursive.get(schema)
    const { $dynamicRef: reference } = schema
    if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined
    return reference.startsWith('#/') ? reference : anchors().named.get(reference.slice(1))
  }
}

interface Anchors {
  /** Anchor → pointer. */
  readonly named: ReadonlyMap<string, string>
  /** Schema with a `$recursiveRef` → pointer. */
  readonly recursive: ReadonlyMap<JsonObject, string>
}

function findAnchors(document: JsonObject): Anchors {
  const named = new Map<string, string>()
  const recursive = new Map<JsonObject, string>()
  for (const [base, schemas] of namedSchemas(document)) {
    for (const [name, root] of Object.entries(schemas)) {
      const pointer = base + encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
      const isRecursive = isJsonObject(root) && root.$recursiveAnchor === true
      const stack: unknown[] = [root]
      for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
        if (!isJsonObject(schema)) continue
        // An anchor deep inside stands for the named schema around it: the nearest place with a pointer.
        const { $dynamicAnchor: anchor } = schema
        if (typeof anchor === 'string' && !named.has(anchor)) named.set(anchor, pointer)
        if (isRecursive && schema.$recursiveRef === '#') recursive.set(schema, pointer)
        stack.push(...subschemas(schema))
      }
    }
  }
  return { named, recursive }
}

/** The maps of named schemas in a document, each with what references to its members start with. */
export function namedSchemas(
  document: JsonObject,
): readonly (readonly [base: string, schemas: JsonObject])[] {
  const components = isJsonObject(document.components) ? document.components : {}
  const found: [string, JsonObject][] = []
  if (isJsonObject(components.schemas)) found.push(['#/components/schemas/', components.schemas])
  if (isJsonObject(document.definitions)) found.push(['#/definitions/', document.definitions])
  return found
}
