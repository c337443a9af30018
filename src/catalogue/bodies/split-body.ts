import type { Notes } from '../arguments/compile-parameters.ts'
import { isCredentialArgument } from '../arguments/is-credential-argument.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { type FlatObject, flattenObject } from '../schema/flatten-object.ts'

/**
 * The properties of an object that is a body, if each can be an argument of its own; undefined where it is more than
 * an object with known properties. Read-only properties leave, and the request's own credentials: the gateway signs
 * calls in.
 */
export function splitBody(context: DocumentContext, schema: unknown, notes: Notes): FlatObject | undefined {
  const flat = flattenObject(context.resolveReference, schema)
  if (flat === undefined) return undefined
  const isCredential = (name: string): boolean =>
    isCredentialArgument(context, {
      location: 'body',
      name,
      description: descriptionOf(context, flat.properties.get(name) ?? []),
    })
  const credentials = [...flat.properties.keys()].filter(isCredential)
  if (credentials.length === 0) return flat
  for (const name of credentials) {
    notes.remarks.push(
      `the body’s member ${JSON.stringify(name.slice(0, 80))} carries a credential; callers don’t see it, \`credentials\` of the API signs calls in`,
    )
  }
  const hidden = new Set(credentials)
  return {
    properties: new Map([...flat.properties].filter(([name]) => !hidden.has(name))),
    required: new Set([...flat.required].filter(name => !hidden.has(name))),
  }
}

/** The first text about a value, from its schemas or from what they refer to. */
export function descriptionOf(context: DocumentContext, schemas: readonly unknown[]): unknown {
  for (const schema of schemas) {
    if (isJsonObject(schema) && typeof schema.description === 'string') return schema.description
    const found = followReferences(context.resolveReference, schema)
    if ('value' in found && typeof found.value.description === 'string') return found.value.description
  }
  return undefined
}
