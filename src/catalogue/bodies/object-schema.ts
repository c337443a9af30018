import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { typesOf } from '../schema/schema-types.ts'

/**
 * The schema of an argument that is an object of fields or parts, which every form and `multipart/form-data` is,
 * whatever the document says.
 */
export function objectSchema(resolve: ResolveReference, schema: unknown): unknown {
  const found = followReferences(resolve, schema)
  if ('problem' in found) return OBJECT
  const types = typesOf(found.value, true)
  if (types.length === 1 && types[0] === 'object') return schema
  const mayBeObject = types.includes('object') || (types.length === 0 && Object.keys(found.value).length > 0)
  return mayBeObject ? { allOf: [OBJECT, schema] } : OBJECT
}

const OBJECT = Object.freeze({ type: 'object' })
