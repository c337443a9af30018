import type { ResourceVariable } from '../../catalogue/resources/offer-resource.ts'
import type { Tool } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { unknownResource } from '../resources/unknown-resource.ts'
import type { Completion } from './complete.ts'

/**
 * The values that the document lists for a variable of a resource template; none where it lists none. A template that
 * this caller may not read is as unknown as one that is not there.
 *
 * @throws PosternError `invalid_params`, `unknown_resource`
 */
export function templateValues(
  uri: unknown,
  { argument }: Completion,
  { caller, version }: MessageContext,
  { door }: Prepared,
): readonly string[] {
  if (typeof uri !== 'string') throw invalid('params.ref.uri must be the URI or URI template of a resource.')
  const tool = door.visibleResources(caller.principal).find(({ offered }) => offered?.template.text === uri)
  if (tool === undefined) throw unknownResource(uri, version)
  const variable = tool.offered?.variables.get(argument)
  if (variable === undefined) throw invalid('params.argument.name must be a variable of the template.')
  return listedValues(tool, variable)
}

function listedValues({ inputSchema }: Tool, { argument, isList }: ResourceVariable): readonly string[] {
  const { properties } = inputSchema
  const property = isJsonObject(properties) ? properties[argument] : undefined
  const schema = isList && isJsonObject(property) ? property.items : property
  if (!isJsonObject(schema)) return []
  if (schema.type === 'boolean') return ['true', 'false']
  const values = Array.isArray(schema.enum) ? schema.enum : []
  return values.flatMap(value =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : [],
  )
}

function invalid(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}
