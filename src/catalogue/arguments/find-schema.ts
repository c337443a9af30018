import { isJsonObject } from '../is-json-object.ts'
import { DEFINITION_BASE } from '../schema/convert-schema.ts'
import type { JsonObject } from '../tool.ts'
import type { DescribeOptions } from './describe-options.ts'

const MAX_EXPANDED = 200

/** The part of the advertised schema that describes a path's value; of alternatives, the first that knows the path. */
export function schemaAt(root: JsonObject, path: readonly string[]): unknown {
  let schemas: readonly unknown[] = [root]
  for (const part of path) {
    schemas = expand(root, schemas).flatMap(({ properties, items }) => {
      if (isJsonObject(properties) && Object.hasOwn(properties, part)) return [properties[part]]
      return /^\d+$/.test(part) && isJsonObject(items) ? [items] : []
    })
  }
  return schemas[0]
}

/** The definition that a reference of the exact or of the advertised schema leads to. */
export function resolveDefinition({ schema, inputSchema }: DescribeOptions, reference: string): unknown {
  return reference.startsWith(DEFINITION_BASE)
    ? definition(schema, reference.slice(DEFINITION_BASE.length))
    : definition(inputSchema, reference.slice('#/$defs/'.length))
}

/** Schemas with all that they refer to and are composed of. */
function expand(root: JsonObject, schemas: readonly unknown[]): readonly JsonObject[] {
  const found = new Set(schemas.filter(isJsonObject))
  for (const schema of found) {
    if (found.size > MAX_EXPANDED) break
    const { $ref, allOf, anyOf, oneOf } = schema
    const target = typeof $ref === 'string' ? definition(root, $ref.slice('#/$defs/'.length)) : undefined
    for (const inner of [target, allOf, anyOf, oneOf].flat()) if (isJsonObject(inner)) found.add(inner)
  }
  return [...found]
}

function definition(root: JsonObject, name: string): unknown {
  const { $defs } = root
  return isJsonObject($defs) && Object.hasOwn($defs, name) ? $defs[name] : undefined
}
