import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, OperationSource } from '../tool.ts'
import type { DocumentContext } from './document-context.ts'
import { followReferences } from './resolve-reference.ts'

/** One operation as the document has it. */
export interface ListedOperation {
  readonly source: OperationSource
  /** References followed; what stands beside a reference wins over what it leads to. */
  readonly pathItem: JsonObject
  readonly operation: JsonObject
  /** Set where the path item or the operation can't be read; then `method` is `*` for a whole path. */
  readonly problem: string | undefined
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** All operations of a document's paths, in its order. Webhooks and callbacks are calls that others make. */
export function listOperations(context: DocumentContext): readonly ListedOperation[] {
  const { paths } = context.loaded.document
  if (!isJsonObject(paths)) return []
  return Object.entries(paths).flatMap(([path, item]) => {
    return path.startsWith('x-') ? [] : listPath(context, path, item)
  })
}

function listPath(context: DocumentContext, path: string, item: unknown): readonly ListedOperation[] {
  const found = followReferences(context.resolveReference, item)
  const beside = isJsonObject(item) ? item : {}
  const pathItem = 'value' in found ? { ...found.value, ...beside } : beside
  const broken = 'problem' in found ? `the path can’t be read: ${found.problem}` : undefined
  const listed = Object.keys(pathItem)
    .filter(key => METHODS.has(key))
    .map(key => {
      const operation = pathItem[key]
      const problem = isJsonObject(operation) ? broken : 'the operation is no object'
      const source = sourceOf(path, key, isJsonObject(operation) ? operation : {})
      return { source, pathItem, operation: isJsonObject(operation) ? operation : {}, problem }
    })
  if (broken === undefined || listed.length > 0) return listed
  return [{ source: sourceOf(path, '*', {}), pathItem, operation: {}, problem: broken }]
}

function sourceOf(path: string, key: string, operation: JsonObject): OperationSource {
  const { operationId, tags } = operation
  const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return Object.freeze({
    operationId: typeof operationId === 'string' && operationId !== '' ? operationId : undefined,
    method: key.toUpperCase(),
    path,
    tags: Object.freeze(Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : []),
    deprecated: operation.deprecated === true,
    pointer: key === '*' ? pointer : `${pointer}/${key}`,
  })
}
