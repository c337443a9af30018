import { isJsonObject } from '../is-json-object.ts'
import { uniqueName, wordsOfOperation } from '../naming/name-tools.ts'
import { plainText } from '../naming/plain-text.ts'
import type { Catalogue, JsonObject, Tool } from '../tool.ts'
import type { LintedOperation } from './lint-catalogue.ts'
import { isNumbered, isShortened } from './lint-names.ts'
import { isCut, isUndescribed } from './lint-texts.ts'

/** Longest name that an overlay proposes; some clients put the server’s in front. */
const MAX_NAME = 58

/**
 * An OpenAPI Overlay 1.0.0 that mends what can be mended without knowing anything about the API: operationIds from
 * method and path, summaries in the path's words, names that were cut or numbered, descriptions that are too long.
 * Every word in it is the document's own.
 *
 * @param operations - of one document
 */
export function writeOverlay(
  title: string,
  operations: readonly LintedOperation[],
  catalogue: Pick<Catalogue, 'byName'>,
): JsonObject {
  const ids = new Set(operations.flatMap(({ report }) => report.operationId ?? []))
  const names = new Set(catalogue.byName.keys())
  const seen = new Set<string>()
  const actions = operations.flatMap(linted => {
    const { report } = linted
    const tool = report.tool === undefined ? undefined : catalogue.byName.get(report.tool)
    if (tool === undefined || !isInPlace(linted)) return []
    const isRepeated = report.operationId !== undefined && seen.has(report.operationId)
    if (report.operationId !== undefined) seen.add(report.operationId)
    const update: JsonObject = {
      ...(report.operationId === undefined || isRepeated ? { operationId: newId(tool, ids) } : {}),
      ...newTexts(tool, linted),
      ...newExtension(tool, linted, names),
    }
    return Object.keys(update).length === 0 ? [] : [{ target: targetOf(report.pointer), update }]
  })
  return {
    overlay: '1.0.0',
    info: { title: `Mends for ${plainText(title, 200) || 'the document'}`, version: '1.0.0' },
    actions,
  }
}

/**
 * RFC 9535 path of what a JSON pointer leads to: `#/paths/~1a/get` → `$['paths']['/a']['get']`.
 */
export function targetOf(pointer: string): string {
  return `$${keysOf(pointer)
    .map(key => `['${key.replace(/['\\]/g, '\\$&')}']`)
    .join('')}`
}

function keysOf(pointer: string): readonly string[] {
  return pointer
    .slice(2)
    .split('/')
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Whether the operation stands where its pointer says: one behind a reference is out of an overlay's reach. */
function isInPlace({ report, context }: LintedOperation): boolean {
  let place: unknown = context.loaded.document
  for (const key of keysOf(report.pointer)) {
    if (!isJsonObject(place) || typeof place.$ref === 'string' || !Object.hasOwn(place, key)) return false
    place = place[key]
  }
  return isJsonObject(place) && typeof place.$ref !== 'string'
}

/** In the words of the path, so that the tool keeps the name that it has without one. */
function newId({ operation: { method, path } }: Tool, ids: Set<string>): string {
  const [first = 'operation', ...rest] = wordsOfOperation({ operationId: undefined, method, path })
  const id = first + rest.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  const unique = uniqueName(id, candidate => ids.has(candidate)).replace(/_(\d+)$/, '$1')
  ids.add(unique)
  return unique
}

function newTexts(tool: Tool, { operation }: LintedOperation): JsonObject {
  if (!isUndescribed(tool, operation)) return {}
  const { method, path } = tool.operation
  const said = wordsOfOperation(tool.operation).join(' ')
  return { summary: `${said.charAt(0).toUpperCase()}${said.slice(1)} (${method} ${path})` }
}

function newExtension(tool: Tool, { operation, context }: LintedOperation, names: Set<string>): JsonObject {
  const extension: JsonObject = {}
  if (isShortened(tool, context.api) || isNumbered(tool, context.api)) {
    // What made the name too long can be cut better; what another tool is called too says too little.
    const own = isShortened(tool, context.api)
      ? tool.operation
      : { ...tool.operation, operationId: undefined }
    const parts = wordsOfOperation(own)
    const name = fit(context.api.tools.prefix, parts)
    // A number would be no better than what there is.
    if (!names.has(name)) extension.name = name
    names.add(name)
  }
  if (isCut(tool, operation)) extension.description = firstSentences(tool.description)
  return Object.keys(extension).length === 0 ? {} : { 'x-mcp': extension }
}

const FILLERS = new Set([
  'a',
  'an',
  'and',
  'at',
  'by',
  'for',
  'from',
  'in',
  'of',
  'on',
  'or',
  'the',
  'to',
  'with',
])

/** As many words as fit: first what tells least goes, from the end, then the last words. */
function fit(prefix: string, parts: readonly string[]): string {
  const kept = [...parts]
  while (kept.length > 1 && prefix.length + kept.join('_').length > MAX_NAME) {
    const filler = kept.findLastIndex(word => FILLERS.has(word))
    kept.splice(filler > 0 ? filler : -1, 1)
  }
  return (prefix + kept.join('_')).slice(0, MAX_NAME)
}

/** Whole sentences of what is cut now. */
function firstSentences(description: string): string {
  const text = description.replace(/…$/, '')
  const ends = [...text.matchAll(/[.!?](?= )/g)].map(({ index }) => index + 1)
  const end = ends.at(-1) ?? 0
  return end > 80 ? text.slice(0, end) : text.trimEnd()
}
