import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, ParameterStyle } from '../tool.ts'
import { type ArgumentLocation, type ArgumentSource, SkippedOperation } from './argument.ts'
import { querystringSources } from './compile-querystring.ts'
import { isCredentialArgument } from './is-credential-argument.ts'
import { readContent, schemaOf } from './parameter-content.ts'
import { pathSchema } from './path-schema.ts'
import {
  isCredentialCookie,
  isCredentialHeader,
  isIgnoredHeader,
  isReservedHeader,
} from './reserved-header.ts'

/** What compiling an operation has to say, besides what it makes. */
export interface Notes {
  /** What is left out that a caller could need: the tool is degraded. */
  readonly leftOut: string[]
  /** What a reviewer may want to know, though nothing is missing. */
  readonly remarks: string[]
}

/** Those of OpenAPI, and the delimited ones that Swagger 2.0's `collectionFormat` has everywhere. */
const STYLES: Readonly<Record<string, readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix', 'spaceDelimited', 'pipeDelimited', 'tabDelimited'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'tabDelimited', 'deepObject'],
  querystring: [],
  header: ['simple', 'spaceDelimited', 'pipeDelimited'],
  cookie: ['form', 'cookie'],
}
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

/**
 * The parameters of an operation that become arguments, those of its path item included where the operation
 * does not override them (same name and location).
 *
 * @throws SkippedOperation where a required parameter can't be sent
 */
export function compileParameters(
  context: DocumentContext,
  pathItem: JsonObject,
  operation: JsonObject,
  notes: Notes,
): readonly ArgumentSource[] {
  const sources: ArgumentSource[] = []
  for (const parameter of merge(context, [pathItem.parameters, operation.parameters])) {
    sources.push(...compileParameter(context, parameter, notes))
  }
  return sources
}

function merge(context: DocumentContext, lists: readonly unknown[]): Iterable<JsonObject> {
  const merged = new Map<string, JsonObject>()
  for (const list of lists) {
    if (list === undefined || list === null) continue
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
  return merged.values()
}

function compileParameter(
  context: DocumentContext,
  parameter: JsonObject,
  notes: Notes,
): readonly ArgumentSource[] {
  const name = String(parameter.name)
  const location = String(parameter.in)
  if (isKeptFromCallers(context, parameter, notes)) return []
  const required = parameter.required === true || location === 'path'
  const reason = whyNotSendable(parameter, name, location)
  if (reason === undefined) {
    if (location === 'querystring') return querystringSources(context, parameter, required)
    return [sourceOf(context, parameter, name, location as ArgumentLocation, required)]
  }
  const text = `the ${location} parameter ${quote(name)} ${reason}`
  if (required) throw new SkippedOperation(text)
  notes.leftOut.push(`${text}; it is left out`)
  return []
}

/** Parameters that the credential or the transport sets, so that the model never sees them. */
function isKeptFromCallers(context: DocumentContext, parameter: JsonObject, notes: Notes): boolean {
  const name = String(parameter.name)
  const location = String(parameter.in)
  if (context.isCredentialParameter(location, name)) return true
  const description = parameter.description ?? descriptionOf(parameter.schema)
  const isCredential =
    (location === 'header' && isCredentialHeader(name)) ||
    (location === 'cookie' && isCredentialCookie(name)) ||
    isCredentialArgument(context, { location, name, description })
  if (location === 'header' && isIgnoredHeader(name)) return true
  if (isCredential) {
    notes.remarks.push(
      `the ${location} parameter ${quote(name)} carries a credential; callers don’t see it, \`credentials\` of the API signs calls in`,
    )
    return true
  }
  if (location !== 'header' || !isReservedHeader(name)) return false
  notes.remarks.push(`the header ${quote(name)} is the gateway’s to set; it is left out`)
  return true
}

function descriptionOf(schema: unknown): unknown {
  return isJsonObject(schema) ? schema.description : undefined
}

function whyNotSendable(parameter: JsonObject, name: string, location: string): string | undefined {
  const styles = Object.hasOwn(STYLES, location) ? STYLES[location] : undefined
  if (styles === undefined) return 'is in no place that OpenAPI knows; correct `in`'
  const isNamed = location !== 'header' && location !== 'cookie'
  if (!isNamed && !TOKEN.test(name)) return `has a name that no ${location} can have; correct it`
  const { style, content } = parameter
  if (content !== undefined || location === 'querystring') {
    if (readContent(parameter) === undefined) return 'has no media type in `content`; add one'
  } else if (style !== undefined && !styles.some(each => each === style)) {
    return `has the style ${quote(String(style))}, which does not exist there; use ${styles.join(', ')}`
  }
  return undefined
}

function sourceOf(
  context: DocumentContext,
  parameter: JsonObject,
  name: string,
  location: ArgumentLocation,
  required: boolean,
): ArgumentSource {
  const fallback = location === 'query' || location === 'cookie' ? 'form' : 'simple'
  const content = readContent(parameter)
  const style = (content === undefined ? (parameter.style ?? fallback) : fallback) as ParameterStyle
  const explodes = style === 'form' || style === 'cookie'
  const explode = typeof parameter.explode === 'boolean' ? parameter.explode : explodes
  const schema = schemaOf(context, parameter)
  const isPlainPath = location === 'path' && content === undefined
  return {
    location,
    wire: name,
    required,
    schemas: [isPlainPath ? pathSchema(schema, context.resolveReference) : schema],
    notes: notesOf(parameter),
    plan: {
      name,
      style,
      explode: content === undefined ? explode : false,
      allowReserved: parameter.allowReserved === true && location !== 'header',
      json: content?.kind === 'json',
      ...(content?.kind === 'form' ? { form: content.fields } : {}),
      required,
    },
  }
}

/** What a parameter says about its argument besides its schema. */
function notesOf(parameter: JsonObject): JsonObject {
  return {
    description: parameter.description,
    deprecated: parameter.deprecated,
    'x-sensitive': parameter['x-sensitive'],
    example: parameter.example ?? firstExample(parameter.examples),
  }
}

function firstExample(examples: unknown): unknown {
  const [first] = isJsonObject(examples) ? Object.values(examples) : []
  // 3.2 says with `dataValue` that the value is not serialised yet.
  return isJsonObject(first) ? (first.dataValue ?? first.value) : undefined
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
