import type { DocumentContext } from '../document/document-context.ts'
import { jsonContent } from '../document/json-media-type.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, ParameterStyle } from '../tool.ts'
import { type ArgumentLocation, type ArgumentSource, SkippedOperation } from './argument.ts'
import { isCredentialHeader, isIgnoredHeader, isReservedHeader } from './reserved-header.ts'

const STYLES: Readonly<Record<string, readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
}

/**
 * The parameters of an operation that become arguments, those of its path item included where the operation
 * does not override them (same name and location).
 *
 * @param notes - gets a line for each parameter that is left out
 * @throws SkippedOperation where a required parameter can't be sent
 */
export function compileParameters(
  context: DocumentContext,
  pathItem: JsonObject,
  operation: JsonObject,
  notes: string[],
): readonly ArgumentSource[] {
  const merged = new Map<string, JsonObject>()
  for (const list of [pathItem.parameters, operation.parameters]) {
    if (list === undefined) continue
    if (!Array.isArray(list)) throw new SkippedOperation('`parameters` is no list; make it one')
    for (const entry of list) {
      const found = followReferences(context.resolveReference, entry)
      if ('problem' in found) throw new SkippedOperation(`a parameter can’t be read: ${found.problem}`)
      const { name, in: location } = found.value
      if (typeof name !== 'string' || name === '' || typeof location !== 'string') {
        throw new SkippedOperation('a parameter has no `name` or no `in`; add them')
      }
      merged.set(`${location}:${location === 'header' ? name.toLowerCase() : name}`, found.value)
    }
  }
  const sources: ArgumentSource[] = []
  for (const parameter of merged.values()) {
    const source = compileParameter(context, parameter, notes)
    if (source !== undefined) sources.push(source)
  }
  return sources
}

function compileParameter(
  context: DocumentContext,
  parameter: JsonObject,
  notes: string[],
): ArgumentSource | undefined {
  const name = String(parameter.name)
  const location = String(parameter.in)
  if (isKeptFromCallers(context, name, location, notes)) return undefined
  const required = parameter.required === true || location === 'path'
  const reason = whyNotSendable(context, parameter, name, location)
  if (reason === undefined) return sourceOf(parameter, name, location as ArgumentLocation, required)
  const text = `the ${location} parameter ${quote(name)} ${reason}`
  if (required) throw new SkippedOperation(text)
  notes.push(`${text}; it is left out`)
  return undefined
}

/** Parameters that the credential or the transport sets, so that the model never sees them. */
function isKeptFromCallers(
  context: DocumentContext,
  name: string,
  location: string,
  notes: string[],
): boolean {
  if (context.isCredentialParameter(location, name)) return true
  if (location !== 'header') return false
  if (isIgnoredHeader(name)) return true
  if (isCredentialHeader(name)) {
    notes.push(`the header ${quote(name)} carries a credential; set it with \`credentials\` of the API`)
    return true
  }
  if (!isReservedHeader(name)) return false
  notes.push(`the header ${quote(name)} is the gateway’s to set; it is left out`)
  return true
}

function whyNotSendable(
  context: DocumentContext,
  parameter: JsonObject,
  name: string,
  location: string,
): string | undefined {
  const styles = STYLES[location]
  if (styles === undefined) {
    return location === 'cookie' ? 'is a cookie, which can’t be sent yet' : 'is in no place that is known'
  }
  if (location === 'header' && !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return 'is no header name'
  if (parameter.content !== undefined) {
    if (jsonContent(parameter.content) === undefined)
      return 'is written in a media type that can’t be sent yet'
  } else if (parameter.style !== undefined && !styles.some(style => style === parameter.style)) {
    return `has the style ${quote(String(parameter.style))}, which does not exist there; use ${styles.join(', ')}`
  }
  const problem = context.checkSchema(schemaOf(parameter))
  return problem === undefined ? undefined : `can’t be described: ${problem}`
}

function sourceOf(
  parameter: JsonObject,
  name: string,
  location: ArgumentLocation,
  required: boolean,
): ArgumentSource {
  const fallback = location === 'query' ? 'form' : 'simple'
  const json = parameter.content !== undefined
  const style = (json ? fallback : (parameter.style ?? fallback)) as ParameterStyle
  const explode = typeof parameter.explode === 'boolean' ? parameter.explode : style === 'form'
  const allowReserved = parameter.allowReserved === true && location === 'query'
  return {
    location,
    wire: name,
    required,
    schemas: [schemaOf(parameter)],
    notes: {
      description: parameter.description,
      deprecated: parameter.deprecated,
      'x-sensitive': parameter['x-sensitive'],
      example: parameter.example ?? firstExample(parameter.examples),
    },
    plan: { name, style, explode, allowReserved, json, required },
  }
}

function schemaOf(parameter: JsonObject): unknown {
  if (parameter.content !== undefined) return jsonContent(parameter.content)?.value.schema ?? {}
  return parameter.schema ?? { type: 'string' }
}

function firstExample(examples: unknown): unknown {
  const [first] = isJsonObject(examples) ? Object.values(examples) : []
  return isJsonObject(first) ? first.value : undefined
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
