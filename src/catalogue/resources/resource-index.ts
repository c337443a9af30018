import type { PathParameter } from '../paths/parse-path.ts'
import { createPathIndex } from '../paths/path-index.ts'
import type { JsonObject, Tool } from '../tool.ts'
import type { OfferedResource } from './offer-resource.ts'

/** What a URI leads to. */
export interface FoundResource {
  readonly tool: Tool
  /** As the URI says them: texts, and lists of texts; unchecked. */
  readonly arguments: JsonObject
}

/** Undefined for what is no URI of a resource here. */
export type FindResource = (uri: string) => FoundResource | undefined

/**
 * Finds the resource of a URI by the templates of the tools. Says nothing about who may read it, nor whether the
 * values are any good: those are checked like every call's arguments, so a value with a slash, encoded or not, is
 * refused or stays within its segment just as there.
 *
 * A URI is taken as it is: literals compare exactly, a name that the template's query does not have makes it another
 * URI, and so does one that is there twice.
 */
export function createResourceIndex(tools: readonly Tool[]): FindResource {
  const index = createPathIndex<Entry>()
  for (const tool of tools) {
    const { offered } = tool
    if (offered !== undefined) index.add(placeOf(offered), { tool, offered, names: namesOf(offered) })
  }
  return uri => {
    if (uri.length > MAX_LENGTH || !URI.test(uri)) return undefined
    const { before, query } = split(uri)
    const match = index.find(before.split('/'))
    if (match.kind !== 'found') return undefined
    const [entry] = match.values
    return entry === undefined ? undefined : read(entry, match.captured, query)
  }
}

/** Pairs of tools of which one URI could mean either; the later of each pair comes second. */
export function clashingResources(tools: readonly Tool[]): readonly (readonly [Tool, Tool])[] {
  const first = new Map<string, Tool>()
  return tools.flatMap((tool): readonly (readonly [Tool, Tool])[] => {
    if (tool.offered === undefined) return []
    const shape = placeOf(tool.offered)
      .map(part => (typeof part === 'string' ? part : '{}'))
      .join('')
    const before = first.get(shape)
    if (before !== undefined) return [[before, tool]]
    first.set(shape, tool)
    return []
  })
}

/** Whether the URI has no variables, so that it stands for one resource. */
export function isFixed({ template }: OfferedResource): boolean {
  return template.query.length === 0 && template.parts.every(part => typeof part === 'string')
}

interface Entry {
  readonly tool: Tool
  readonly offered: OfferedResource
  /** Variables before the query, in their order. */
  readonly names: readonly string[]
}

/** Longer ones are not looked at; no URI that was built from a template needs to be as long. */
const MAX_LENGTH = 8_192
/** RFC 3986 without a fragment, which is not sent anywhere. */
const URI = /^[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9._~:/?[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/

/** A slash in front, so that the URI's own are between segments. */
function placeOf({ template }: OfferedResource): readonly (string | PathParameter)[] {
  const [first = '', ...rest] = template.parts
  return typeof first === 'string' ? [`/${first}`, ...rest] : ['/', first, ...rest]
}

function namesOf({ template }: OfferedResource): readonly string[] {
  return template.parts.flatMap(part => (typeof part === 'string' ? [] : part.parameter))
}

function split(uri: string): { before: string; query: string | undefined } {
  const at = uri.indexOf('?')
  return at < 0 ? { before: uri, query: undefined } : { before: uri.slice(0, at), query: uri.slice(at + 1) }
}

function read(
  { tool, offered, names }: Entry,
  captured: readonly string[],
  query: string | undefined,
): FoundResource | undefined {
  const pairs: [name: string, text: string][] = names.map((name, index) => [name, captured[index] ?? ''])
  if (query !== undefined) {
    const added = pairsOf(query)
    if (!added.every(([name]) => offered.template.query.includes(name))) return undefined
    if (new Set(added.map(([name]) => name)).size !== added.length) return undefined
    pairs.push(...added)
  }
  const args: [string, unknown][] = []
  for (const [name, text] of pairs) {
    const variable = offered.variables.get(name)
    if (variable === undefined) return undefined
    const texts = (variable.isList ? text.split(',') : [text]).map(decode)
    if (texts.includes(undefined)) return undefined
    args.push([variable.argument, variable.isList ? texts : texts[0]])
  }
  return { tool, arguments: Object.fromEntries(args) }
}

function pairsOf(query: string): [name: string, text: string][] {
  return query.split('&').map(pair => {
    const at = pair.indexOf('=')
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
  })
}

/** Undefined where the bytes are no UTF-8. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
