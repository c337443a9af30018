import type { DocumentContext } from '../document/document-context.ts'
import { isJsonMediaType } from '../document/json-media-type.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, ParameterPlan, ParameterStyle } from '../tool.ts'

/** How a parameter described by `content` is serialised. */
export type ParameterContent =
  | { readonly kind: 'json' | 'text'; readonly schema: unknown }
  | { readonly kind: 'form'; readonly schema: unknown; readonly fields: readonly ParameterPlan[] }

/**
 * Reads a parameter's `content` (OpenAPI 3.1 "Parameter Object", `content`): JSON types as JSON, a form as a form,
 * any other type as the text that the caller gives. Undefined where it has none.
 */
export function readContent({ content }: JsonObject): ParameterContent | undefined {
  if (!isJsonObject(content)) return undefined
  const types = Object.keys(content)
  const type = types.find(isJsonMediaType) ?? types.find(isForm) ?? types[0]
  if (type === undefined) return undefined
  const media = isJsonObject(content[type]) ? content[type] : {}
  const { schema, encoding } = media
  if (isForm(type)) return { kind: 'form', schema: schema ?? { type: 'object' }, fields: fieldsOf(encoding) }
  const isJson = isJsonMediaType(type) || type.includes('*')
  return { kind: isJson ? 'json' : 'text', schema: schema ?? {} }
}

/** The schema of a parameter's value. What is written as a text is described as one, whatever the document says. */
export function schemaOf(context: DocumentContext, parameter: JsonObject): unknown {
  const content = readContent(parameter)
  if (content === undefined) return parameter.schema ?? { type: 'string' }
  return content.kind === 'text' && !isText(context, content.schema) ? { type: 'string' } : content.schema
}

/** How one member of a form is written (OpenAPI 3.1 "Encoding Object"); undefined where nothing special is said. */
export function fieldOf(name: string, encoding: unknown): ParameterPlan | undefined {
  const own = isJsonObject(encoding) && Object.hasOwn(encoding, name) ? encoding[name] : undefined
  if (!isJsonObject(own)) return undefined
  const isStyled = own.style !== undefined || own.explode !== undefined || own.allowReserved !== undefined
  const style = STYLES.find(each => each === own.style) ?? 'form'
  const json = !isStyled && typeof own.contentType === 'string' && isJsonMediaType(own.contentType)
  if (!isStyled && !json) return undefined
  const explode = typeof own.explode === 'boolean' ? own.explode : style === 'form'
  const allowReserved = own.allowReserved === true
  return { argument: name, name, style, explode, allowReserved, json, required: false }
}

const STYLES: readonly ParameterStyle[] = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject']

function fieldsOf(encoding: unknown): readonly ParameterPlan[] {
  return isJsonObject(encoding) ? Object.keys(encoding).flatMap(name => fieldOf(name, encoding) ?? []) : []
}

function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)
}

function isText(context: DocumentContext, schema: unknown): boolean {
  const found = followReferences(context.resolveReference, schema)
  return 'value' in found && [found.value.type].flat().every(type => type === 'string')
}
