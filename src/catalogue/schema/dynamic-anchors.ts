import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import type { JsonObject } from '../tool.ts'
import { subschemas } from './subschemas.ts'

/** The JSON pointer that a dynamic reference of a schema leads to; undefined where it can't be told. */
export type ResolveDynamic = (schema: JsonObject) => string | undefined

/**
 * A resolver of `$dynamicRef` to its static target: the first schema of the document that has the anchor (JSON
 * Schema 2020-12 core section 8.2.3.2, without the dynamic scope, which no client follows). `$recursiveRef`
 * leads to the root of a schema resource, which an OpenAPI document has none of. The anchors are looked up on
 * first use.
 */
export function createDynamicResolver(document: JsonObject): ResolveDynamic {
  const anchors = once(() => findAnchors(document))
  return ({ $dynamicRef: reference }) => {
    if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined
    return reference.startsWith('#/') ? reference : anchors().get(reference.slice(1))
  }
}

function findAnchors(document: JsonObject): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>()
  for (const [base, schemas] of namedSchemas(document)) {
    for (const [name, root] of Object.entries(schemas)) {
      const pointer = `${base}${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      const stack: unknown[] = [root]
      for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
        if (!isJsonObject(schema)) continue
        for (const anchor of [schema.$dynamicAnchor, schema.$anchor]) {
          // An anchor deep inside stands for the named schema around it: the nearest place with a pointer.
          if (typeof anchor === 'string' && !anchors.has(anchor)) anchors.set(anchor, encodeURI(pointer))
        }
        stack.push(...subschemas(schema))
      }
    }
  }
  return anchors
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
