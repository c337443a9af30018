import {
  createResolver,
  followReferences,
  type ResolveReference,
} from '../../catalogue/document/resolve-reference.ts'
import { isJsonObject } from '../../catalogue/is-json-object.ts'
import type { JsonObject } from '../../catalogue/tool.ts'

/** One operation of a document, as far as a configuration is concerned with it. */
export interface ListedOperation {
  /** Upper case. */
  readonly method: string
  readonly path: string
  readonly operationId: string | undefined
  readonly tags: readonly string[]
  readonly deprecated: boolean
  /** Whether it can be called with nothing but a credential. */
  readonly needsNothing: boolean
  /** Alternatives of schemes used together, by name; empty where the document asks for none. */
  readonly security: readonly (readonly string[])[]
  /** JSON Schema of the first JSON answer with a 2xx status, references unresolved. */
  readonly answer: unknown
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete']

/** The operations in the document's order. What can't be read is left out; `postern check` says why. */
export function listOperations(document: JsonObject): readonly ListedOperation[] {
  const resolve = createResolver(document)
  const paths = isJsonObject(document.paths) ? document.paths : {}
  return Object.entries(paths).flatMap(([path, item]) => {
    const pathItem = objectAt(resolve, item)
    if (!path.startsWith('/') || pathItem === undefined) return []
    return METHODS.flatMap(method => {
      const operation = pathItem[method]
      if (!isJsonObject(operation)) return []
      const parameters = [pathItem.parameters, operation.parameters].flatMap(list =>
        Array.isArray(list) ? list : [],
      )
      return {
        method: method.toUpperCase(),
        path,
        operationId: typeof operation.operationId === 'string' ? operation.operationId : undefined,
        tags: strings(operation.tags),
        deprecated: operation.deprecated === true,
        needsNothing: !path.includes('{') && !parameters.some(one => isRequired(resolve, one)),
        security: alternatives(operation.security ?? document.security),
        answer: answerSchema(resolve, operation.responses),
      }
    })
  })
}

/** The object that a value is or refers to. */
export function objectAt(resolve: ResolveReference, value: unknown): JsonObject | undefined {
  const found = followReferences(resolve, value)
  return 'value' in found ? found.value : undefined
}

function isRequired(resolve: ResolveReference, parameter: unknown): boolean {
  const found = objectAt(resolve, parameter)
  return found === undefined || found.required === true
}

/** An empty alternative means that nothing is needed, which is as good as no security at all. */
function alternatives(security: unknown): readonly (readonly string[])[] {
  if (!Array.isArray(security)) return []
  const found = security.map(one => (isJsonObject(one) ? Object.keys(one) : []))
  return found.some(names => names.length === 0) ? [] : found
}

function answerSchema(resolve: ResolveReference, responses: unknown): unknown {
  if (!isJsonObject(responses)) return undefined
  for (const [status, response] of Object.entries(responses)) {
    const content = /^2(?:\d\d|XX)$/.test(status) ? objectAt(resolve, response)?.content : undefined
    if (!isJsonObject(content)) continue
    const type = Object.keys(content).find(name => /^application\/(?:[\w.+-]+\+)?json\b/i.test(name))
    const media = type === undefined ? undefined : content[type]
    if (isJsonObject(media)) return media.schema
  }
  return undefined
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}
