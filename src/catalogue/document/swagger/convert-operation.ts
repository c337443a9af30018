import { isJsonObject } from '../../is-json-object.ts'
import type { JsonObject } from '../../tool.ts'
import { transient } from '../../transient.ts'
import { followReferences, type ResolveReference } from '../resolve-reference.ts'
import { convertBodyParameter, convertFormParameters } from './convert-body.ts'
import { convertParameter, isNestedList, valueSchema } from './convert-parameter.ts'
import { serversOf } from './describe-swagger.ts'

/** An operation of 2.0 as OpenAPI 3 has it, with the parameters of its path. */
export interface ConvertedOperation {
  readonly pathItem: JsonObject
  readonly operation: JsonObject
  /** What could not be converted exactly. */
  readonly remarks: readonly string[]
}

/** Converts one operation. Its schemas stay where they are, references to them too. */
export type ConvertOperation = (pathItem: JsonObject, operation: JsonObject) => ConvertedOperation

/**
 * Makes a converter for the operations of one Swagger 2.0 document. Parameters and responses are converted as
 * they are met, equal ones once; a whole document is never converted, since reports name its own places.
 *
 * @param url - where the document was fetched; undefined for a file
 */
export function createOperationConverter(
  document: JsonObject,
  resolveReference: ResolveReference,
  url: string | undefined,
): ConvertOperation {
  const remembered = transient(() => new Map<string, JsonObject>())
  // By their text: generators write the same parameter into hundreds of operations.
  const once = (key: readonly unknown[], make: () => JsonObject): JsonObject => {
    const text = JSON.stringify(key)
    const converted = remembered()
    const known = converted.get(text) ?? make()
    converted.set(text, known)
    return known
  }
  const sameObjects = transient(() => new WeakMap<JsonObject, JsonObject>())
  const convertOne = (parameter: JsonObject): JsonObject => {
    // Those that references lead to are the same object each time, which is found faster than the same text.
    const found = sameObjects().get(parameter)
    const known = found ?? once(['parameter', parameter], () => convertParameter(parameter))
    sameObjects().set(parameter, known)
    return known
  }
  const convertAnswer = (entry: unknown, produces: readonly string[]): unknown => {
    const found = followReferences(resolveReference, entry)
    return 'problem' in found ? entry : convertResponse(found.value, produces)
  }
  const convertAnswers = (responses: JsonObject, produces: readonly string[]): JsonObject =>
    once(['responses', responses, produces], () => {
      const answers: JsonObject = {}
      for (const status in responses) {
        const entry = responses[status]
        answers[status] = status.startsWith('x-') ? entry : convertAnswer(entry, produces)
      }
      return answers
    })
  const convertBody = (
    body: JsonObject | undefined,
    fields: readonly JsonObject[],
    consumes: readonly string[],
  ): JsonObject | undefined => {
    if (body !== undefined) {
      return once(['body', body, consumes], () => convertBodyParameter(body, consumes))
    }
    return fields.length === 0 ? undefined : convertFormParameters(fields, consumes)
  }

  return (pathItem, operation) => {
    const remarks: string[] = []
    const { plain, body, fields, odd } = sortParameters(resolveReference, pathItem, operation)
    const { consumes: _, produces: __, schemes, ...rest } = operation
    const result: JsonObject = {
      ...rest,
      parameters: odd ?? plain.map(each => convertPlain(each, convertOne)),
    }
    const requestBody = convertBody(body, fields, mediaTypesOf(operation.consumes ?? document.consumes))
    if (requestBody !== undefined) result.requestBody = requestBody
    if (isJsonObject(operation.responses)) {
      const produces = mediaTypesOf(operation.produces ?? document.produces)
      result.responses = convertAnswers(operation.responses, produces)
    }
    if (schemes !== undefined && !sharesScheme(document, schemes))
      result.servers = serversOf(document, schemes, url)
    for (const parameter of [...plain, ...fields]) {
      if (!isJsonObject(parameter) || !isNestedList(parameter)) continue
      const name = JSON.stringify(String(parameter.name).slice(0, 80))
      remarks.push(
        `${name} is a list of lists, whose separators only its description tells; it is taken as one text`,
      )
    }
    const { parameters: ___, ...item } = pathItem
    return { pathItem: item, operation: result, remarks }
  }
}

interface SortedParameters {
  /** Objects, or references that can't be followed. */
  readonly plain: readonly unknown[]
  readonly body: JsonObject | undefined
  readonly fields: readonly JsonObject[]
  /** `parameters` as it is where it is no list, for the compiler to refuse. */
  readonly odd: unknown
}

/** The operation's parameters replace the path's of the same name and place; any body replaces any other. */
function sortParameters(
  resolveReference: ResolveReference,
  pathItem: JsonObject,
  operation: JsonObject,
): SortedParameters {
  const merged = new Map<string, unknown>()
  let odd: unknown
  for (const list of [pathItem.parameters, operation.parameters]) {
    if (list === undefined) continue
    if (!Array.isArray(list)) odd = list
    else
      for (const [index, entry] of list.entries()) {
        const found = followReferences(resolveReference, entry)
        if ('problem' in found) merged.set(`broken:${index}`, entry)
        else merged.set(keyOf(found.value), found.value)
      }
  }
  const all = [...merged.values()]
  const objects = all.filter(isJsonObject)
  return {
    plain: all.filter(each => !isJsonObject(each) || (each.in !== 'body' && each.in !== 'formData')),
    body: objects.find(each => each.in === 'body'),
    fields: objects.filter(
      each => each.in === 'formData' && typeof each.name === 'string' && each.name !== '',
    ),
    odd,
  }
}

function keyOf({ in: location, name }: JsonObject): string {
  return location === 'body' ? 'body' : `${String(location)}:${String(name)}`
}

function convertPlain(parameter: unknown, convertOne: (parameter: JsonObject) => JsonObject): unknown {
  return isJsonObject(parameter) && typeof parameter.$ref !== 'string' ? convertOne(parameter) : parameter
}

function convertResponse(response: JsonObject, produces: readonly string[]): JsonObject {
  const { schema, headers, examples, ...rest } = response
  const converted: JsonObject = rest
  if (isJsonObject(headers)) {
    converted.headers = Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [
        name,
        isJsonObject(header) ? { description: header.description, schema: valueSchema(header) } : header,
      ]),
    )
  }
  if (schema === undefined) return converted
  const isFile = isJsonObject(schema) && schema.type === 'file'
  const fallback = isFile ? 'application/octet-stream' : 'application/json'
  const media = isFile ? { type: 'string', format: 'binary' } : schema
  const general = { schema: media }
  const content: JsonObject = {}
  for (const type of produces.length === 0 ? [fallback] : produces) {
    const example = isJsonObject(examples) && Object.hasOwn(examples, type) ? examples[type] : undefined
    content[type] = example === undefined ? general : { schema: media, example }
  }
  converted.content = content
  return converted
}

function sharesScheme(document: JsonObject, schemes: unknown): boolean {
  const general = textsOf(document.schemes)
  return general.length === 0 || textsOf(schemes).some(scheme => general.includes(scheme))
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
}

/** What has no slash is none, and might be `__proto__`. */
function mediaTypesOf(value: unknown): readonly string[] {
  return textsOf(value).filter(type => type.includes('/'))
}
