import { listOperations as listAll } from '../../catalogue/document/list-operations.ts'
import type { LoadedDocument } from '../../catalogue/document/load-document.ts'
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

const TRANSPORT = new Set(['OPTIONS', 'TRACE'])

/** The operations in the document's order. What can't be read is left out; `postern check` says why. */
export function listOperations(loaded: LoadedDocument): readonly ListedOperation[] {
  const resolve = createResolver(loaded.document, loaded.files)
  const listed = listAll({ loaded, resolveReference: resolve })
  return listed.flatMap(({ source, pathItem, operation, problem }) => {
    const { method, path, operationId, tags, deprecated } = source
    if (problem !== undefined || TRANSPORT.has(method) || !path.startsWith('/')) return []
    const parameters = [pathItem.parameters, operation.parameters].flatMap(list =>
      Array.isArray(list) ? list : [],
    )
    return {
      method,
      path,
      operationId,
      tags,
      deprecated,
      needsNothing: !path.includes('{') && !parameters.some(one => isRequired(resolve, one)),
      security: alternatives(operation.security ?? loaded.document.security),
      answer: answerSchema(resolve, operation.responses),
    }
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
