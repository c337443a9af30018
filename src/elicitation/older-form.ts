import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import type { ElicitRequest } from './dialogue.ts'

/**
 * A question as clients of 2025-06-18 take it, whose forms know no lists, no choices with titles and no defaults but of
 * a yes or no (client/elicitation "Requested Schema"). A list that may be left out is.
 *
 * @throws PosternError `user_not_asked` where the form needs a list
 */
export function olderForm({ message, requestedSchema }: ElicitRequest): ElicitRequest {
  const { properties = {}, required } = requestedSchema
  const needed = new Set(Array.isArray(required) ? required : [])
  const written = Object.entries(properties as JsonObject).flatMap(([name, property]) => {
    const older = isJsonObject(property) ? olderProperty(property) : undefined
    if (older !== undefined) return [[name, older] as const]
    if (!needed.has(name)) return []
    throw new PosternError('user_not_asked', {
      message: `The user has to be asked for ${name}, a list, which this client’s revision of MCP can’t. Tell them to use a newer client, or the product itself.`,
    })
  })
  return { message, requestedSchema: { ...requestedSchema, properties: Object.fromEntries(written) } }
}

function olderProperty(property: JsonObject): JsonObject | undefined {
  if (property.type === 'array') return undefined
  if (property.type === 'boolean') return property
  const { default: _, oneOf, ...rest } = property
  if (!Array.isArray(oneOf)) return rest
  return { ...rest, enum: oneOf.map(choice => choice.const), enumNames: oneOf.map(choice => choice.title) }
}
