import type { DocumentContext } from '../document/document-context.ts'
import { jsonContent } from '../document/json-media-type.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { flattenObject } from '../schema/flatten-object.ts'
import type { JsonObject } from '../tool.ts'
import { type ArgumentSource, SkippedOperation } from './argument.ts'

/** The arguments that make the body, before they have names. */
export interface BodySource {
  readonly kind: 'argument' | 'properties'
  readonly mediaType: string
  readonly required: boolean
  readonly sources: readonly ArgumentSource[]
}

/**
 * How an operation's request body is made from arguments: an object with known properties becomes one argument
 * per property, any other JSON one argument `body`. An optional body whose object requires properties stays one
 * argument, since leaving it out is not the same as leaving a property out.
 *
 * @param notes - gets a line where an optional body is left out
 * @throws SkippedOperation where the body is needed and can't be sent as JSON
 */
export function compileBody(
  context: DocumentContext,
  method: string,
  operation: JsonObject,
  notes: string[],
): BodySource | undefined {
  if (operation.requestBody === undefined) return undefined
  const found = followReferences(context.resolveReference, operation.requestBody)
  if ('problem' in found) throw new SkippedOperation(`the request body can’t be read: ${found.problem}`)
  const required = found.value.required === true
  const json = jsonContent(found.value.content)
  const bodiless = method === 'GET' || method === 'HEAD'
  if (json === undefined || bodiless) {
    const why = bodiless
      ? `a ${method} request with a body, which servers and proxies drop`
      : `the body’s media type can’t be sent yet: ${mediaTypes(found.value)}`
    const isNeeded = required || (method !== 'DELETE' && !bodiless)
    if (isNeeded && !saysNothing(found.value)) throw new SkippedOperation(why)
    if (!saysNothing(found.value)) notes.push(`${why}; the body is optional and left out`)
    return undefined
  }
  const schema = json.value.schema ?? {}
  const problem = context.checkSchema(schema)
  if (problem !== undefined) throw new SkippedOperation(`the body can’t be described: ${problem}`)
  const description = found.value.description
  const flat = flattenObject(context.resolveReference, schema)
  if (flat !== undefined && (required || flat.required.size === 0)) {
    const sources = [...flat.properties].map(([wire, schemas]) =>
      bodySource(wire, schemas, flat.required.has(wire), undefined),
    )
    return { kind: 'properties', mediaType: json.mediaType, required, sources }
  }
  const sources = [bodySource('body', [schema], required, description)]
  return { kind: 'argument', mediaType: json.mediaType, required, sources }
}

function bodySource(
  wire: string,
  schemas: readonly unknown[],
  required: boolean,
  description: unknown,
): ArgumentSource {
  return { location: 'body', wire, required, schemas, notes: { description }, plan: undefined }
}

function mediaTypes(body: JsonObject): string {
  const types = isJsonObject(body.content) ? Object.keys(body.content) : []
  return types.slice(0, 4).join(', ').slice(0, 160) || 'none is named'
}

/** A body without any content, or of an object without properties: some generators write it everywhere. */
function saysNothing(body: JsonObject): boolean {
  const { content } = body
  if (!isJsonObject(content)) return body.required !== true
  return Object.values(content).every(value => {
    const schema = isJsonObject(value) ? value.schema : undefined
    if (!isJsonObject(schema) || schema.type !== 'object') return false
    const properties = isJsonObject(schema.properties) ? schema.properties : {}
    return Object.keys(properties).length === 0 && !isJsonObject(schema.additionalProperties)
  })
}
