import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, OperationSource } from '../tool.ts'
import { expandMediaTypes } from './expand-media-types.ts'
import type { LoadedDocument } from './load-document.ts'
import { followReferences, type ResolveReference } from './resolve-reference.ts'
import { type ConvertOperation, createOperationConverter } from './swagger/convert-operation.ts'
import { createTagTree } from './tag-tree.ts'

/** One operation as the document has it, in the words of OpenAPI 3. */
export interface ListedOperation {
  readonly source: OperationSource
  /** References followed; what stands beside a reference wins over what it leads to. */
  readonly pathItem: JsonObject
  readonly operation: JsonObject
  /** Set where the path item or the operation can't be read; then `method` is `*` for a whole path. */
  readonly problem: string | undefined
  /** What could not be taken over exactly from an older version. */
  readonly remarks: readonly string[]
  /** Reads it again, for whoever does not keep what was read: an older version's is converted, and large. */
  readonly read: () => Pick<ListedOperation, 'pathItem' | 'operation'>
}

/** A document as far as its operations are concerned. */
export interface OperationsSource {
  readonly loaded: Pick<LoadedDocument, 'document' | 'version' | 'baseUrl'>
  readonly resolveReference: ResolveReference
}

/**
 * A path item's members that are operations (OpenAPI 3.1 "Path Item Object"), and their methods. Each text stands here as
 * a constant: V8 compares such by address, on the path of every call, and made ones letter by letter.
 */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['get', 'GET'],
  ['put', 'PUT'],
  ['post', 'POST'],
  ['delete', 'DELETE'],
  ['options', 'OPTIONS'],
  ['head', 'HEAD'],
  ['patch', 'PATCH'],
  ['trace', 'TRACE'],
])
/** Methods of other names that say nothing about the API, or that no client may send (Fetch Standard). */
const REFUSED = new Set(['CONNECT', 'TRACE', 'TRACK'])
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/

/** All operations of a document's paths, in its order. Webhooks and callbacks are calls that others make. */
export function listOperations(context: OperationsSource): readonly ListedOperation[] {
  const { loaded, resolveReference } = context
  const { document, version, baseUrl } = loaded
  const lister: Lister = {
    isLatest: version === '3.2',
    resolveReference,
    convert: version === '2.0' ? createOperationConverter(document, resolveReference, baseUrl) : undefined,
    ancestorsOf: createTagTree(document.tags),
  }
  const found = followReferences(resolveReference, document.paths ?? {})
  if ('problem' in found) return isJsonObject(document.paths) ? [unreadable(lister, found.problem)] : []
  return Object.entries(found.value).flatMap(([path, item]) => {
    return path.startsWith('x-') ? [] : listPath(lister, path, item)
  })
}

/** `paths` itself may be in another file, which must not take its operations along without a word. */
function unreadable(lister: Lister, problem: string): ListedOperation {
  return listOne(lister, '*', {}, { method: '*', pointer: '#/paths', value: {}, problem })
}

interface Lister {
  readonly isLatest: boolean
  readonly resolveReference: ResolveReference
  readonly convert: ConvertOperation | undefined
  readonly ancestorsOf: (tags: readonly string[]) => readonly string[]
}

type ReadOperation = Pick<ListedOperation, 'pathItem' | 'operation' | 'remarks'>

/** An operation before it is read: where it is in the path item, and what is there. */
interface Entry {
  readonly method: string
  readonly pointer: string
  readonly value: unknown
  readonly problem: string | undefined
}

function listPath(lister: Lister, path: string, item: unknown): readonly ListedOperation[] {
  const found = followReferences(lister.resolveReference, item)
  const beside = isJsonObject(item) ? item : {}
  const isWhole = !('value' in found) || found.value === item
  const pathItem = isWhole ? beside : { ...found.value, ...beside }
  const broken = 'problem' in found ? `the path can’t be read: ${found.problem}` : undefined
  const pointer = `#/paths/${escapePointer(path)}`
  const listed = entriesOf(pathItem, pointer, lister.isLatest).map(entry =>
    listOne(lister, path, pathItem, broken === undefined ? entry : { ...entry, problem: broken }),
  )
  if (broken === undefined || listed.length > 0) return listed
  return [listOne(lister, path, pathItem, { method: '*', pointer, value: {}, problem: broken })]
}

function entriesOf(pathItem: JsonObject, pointer: string, isLatest: boolean): readonly Entry[] {
  const entries: Entry[] = []
  for (const [key, value] of Object.entries(pathItem)) {
    const method = isLatest && key === 'query' ? 'QUERY' : METHODS.get(key)
    if (method !== undefined) {
      entries.push({ method, pointer: `${pointer}/${key}`, value, problem: undefined })
    }
  }
  const { additionalOperations } = pathItem
  if (!isLatest || !isJsonObject(additionalOperations)) return entries
  for (const [method, value] of Object.entries(additionalOperations)) {
    if (method.startsWith('x-')) continue
    const taken = entries.some(entry => entry.method === method.toUpperCase())
    const problem = whyNotMethod(method, taken)
    const place = `${pointer}/additionalOperations/${escapePointer(method)}`
    entries.push({ method: TOKEN.test(method) ? method : '*', pointer: place, value, problem })
  }
  return entries
}

/** Methods are case-sensitive; one that differs from a usual one only by case is a trap for every filter. */
function whyNotMethod(method: string, taken: boolean): string | undefined {
  const upper = method.toUpperCase()
  if (!TOKEN.test(method)) return 'its method is no HTTP method name'
  if (REFUSED.has(upper)) return `${upper} is about the transport, not about the API`
  if (taken) return `the path has the method ${upper} already`
  if (METHODS.has(upper.toLowerCase()) || upper === 'QUERY') {
    return `${method} is no additional method; describe it as \`${upper.toLowerCase()}\` of the path`
  }
  if (method !== upper) return 'its method is not written in capitals, which backends and filters tell apart'
  return undefined
}

function listOne(lister: Lister, path: string, pathItem: JsonObject, entry: Entry): ListedOperation {
  const { value } = entry
  const operation = isJsonObject(value) ? value : {}
  const source = sourceOf(lister, path, entry, operation)
  const problem = entry.problem ?? (isJsonObject(value) ? undefined : 'the operation is no object')
  const read = (): ReadOperation => {
    if (problem !== undefined) return { pathItem, operation, remarks: [] }
    if (lister.convert !== undefined) return lister.convert(pathItem, operation)
    const expanded = lister.isLatest ? expandMediaTypes(operation, lister.resolveReference) : operation
    return { pathItem, operation: expanded, remarks: [] }
  }
  return { source, problem, ...read(), read }
}

function sourceOf(
  lister: Lister,
  path: string,
  { method, pointer }: Entry,
  operation: JsonObject,
): OperationSource {
  const { operationId, tags } = operation
  const own = Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : []
  const ancestors = lister.ancestorsOf(own)
  return Object.freeze({
    operationId: typeof operationId === 'string' && operationId !== '' ? operationId : undefined,
    method,
    path,
    tags: Object.freeze(own),
    ...(ancestors.length === 0 ? {} : { ancestorTags: Object.freeze(ancestors) }),
    deprecated: operation.deprecated === true,
    pointer,
  })
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
