import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml'
import { parse as parseSlowly } from 'yaml'
import { PosternError } from '../../errors.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { MAX_DEPTH, makeSafe } from './make-safe.ts'

/** A document's tree. */
export interface ParsedDocument {
  /** A tree without cycles and `__proto__` keys, of bounded depth; nothing is in two places of it. */
  readonly document: JsonObject
  /** Whether anything in it may lead out of it, or be found by another name than its place. */
  readonly refersByName: boolean
}

/** YAML 1.2 with the merge keys of 1.1, which people use; dates stay texts. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag)
const MAX_MERGED_KEYS = 100_000
/** What aliases may add to a document, in characters. */
const MAX_COPIED = 16_000_000
/** Above this size, a document that the fast parser refuses is not tried again with the forgiving one. */
const MAX_SECOND_TRY = 8_000_000

/**
 * Parses JSON or YAML into a tree that is safe to walk, see {@link makeSafe}.
 *
 * @param name - of the source, for messages
 * @throws PosternError `document_invalid`
 */
export function parseDocument(text: string, name: string): ParsedDocument {
  const json = parseJsonDocument(text, name)
  if (json !== undefined) return json
  const { document, refersByName } = safeDocument(fromYaml(text, name), name, text.length * 4 + MAX_COPIED)
  return { document: compact(document), refersByName }
}

/**
 * The same for JSON alone.
 *
 * @returns undefined where the text is no JSON; it may be YAML
 */
export function parseJsonDocument(text: string, name: string): ParsedDocument | undefined {
  const value = /^\s*[{[]/.test(text) ? fromJson(text) : undefined
  return value === undefined ? undefined : safeDocument(value, name)
}

function safeDocument(value: unknown, name: string, maxLength?: number): ParsedDocument {
  if (!isJsonObject(value)) throw invalid(name, 'not an object')
  const safety = makeSafe(value, maxLength)
  if (safety.problem !== undefined) throw invalid(name, safety.problem)
  return { document: value, refersByName: safety.refersByName }
}

/** Texts of a YAML tree are parts of the file's, which they keep in memory: written anew it takes a third. */
function compact(tree: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(tree)) as JsonObject
}

/** Undefined where it is no JSON: YAML's flow style starts with the same characters. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Of keys that are there twice the last counts, as in JSON: one slip is no reason to refuse a document. */
function fromYaml(text: string, name: string): unknown {
  try {
    return load(text, {
      schema: SCHEMA,
      json: true,
      maxDepth: MAX_DEPTH,
      maxTotalMergeKeys: MAX_MERGED_KEYS,
    })
  } catch (cause) {
    if (text.trim() === '') throw invalid(name, 'empty')
    const forgiven = text.length <= MAX_SECOND_TRY ? fromOddYaml(text) : undefined
    if (forgiven !== undefined) return forgiven
    const why = cause instanceof YAMLException ? whyOf(cause) : 'unknown error'
    throw new PosternError('document_invalid', {
      message: `${name}: neither JSON nor YAML (${why}).`,
      cause,
    })
  }
}

/** Tags of one's own, sets and keys that are no text, which the fast parser has no values for. */
function fromOddYaml(text: string): unknown {
  try {
    const value: unknown = parseSlowly(text, {
      merge: true,
      uniqueKeys: false,
      logLevel: 'error',
      maxAliasCount: 1_000,
    })
    return isJsonObject(value) ? compact(value) : undefined
  } catch {
    return undefined
  }
}

/** Without the lines around it, which the parser quotes: a file that is no document may hold anything. */
function whyOf({ reason, mark }: YAMLException): string {
  const shown = reason.length > 120 ? `${reason.slice(0, 120)}…` : reason
  return mark === undefined ? shown : `line ${mark.line + 1}: ${shown}`
}

function invalid(name: string, why: string): PosternError {
  return new PosternError('document_invalid', { message: `${name}: ${why}.` })
}
