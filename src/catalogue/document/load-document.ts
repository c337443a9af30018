/**
 * Reads OpenAPI documents: the only file of the program that opens them, from disk or over HTTP.
 *
 * What it does not do: resolve references to other files or addresses. A document is what its one source
 * holds, so a document can't make the gateway read or fetch anything else.
 */
import { readFile, stat } from 'node:fs/promises'
import { PosternError } from '../../errors.ts'
import type { JsonObject } from '../tool.ts'
import { fetchDocument } from './fetch-document.ts'
import { parseDocument } from './parse-document.ts'

/** The OpenAPI versions that this version of Postern compiles. */
export type OpenApiVersion = '3.0' | '3.1'

/** One OpenAPI document as read, references unresolved. Treat it as frozen. */
export interface LoadedDocument {
  /** A tree without cycles, without `__proto__` keys, at most {@link MAX_DEPTH} levels deep. */
  readonly document: JsonObject
  /** Where it came from: an absolute path or an http(s) URL. */
  readonly source: string
  /** The URL that relative server URLs are relative to; undefined for a file. */
  readonly baseUrl: string | undefined
  readonly version: OpenApiVersion
}

/** Bounds on reading. */
export interface LoadOptions {
  /** Largest document in bytes; default 64 MB. */
  readonly maxBytes?: number
  /** How long a URL may take to the last byte, in milliseconds; default 30,000. */
  readonly timeout?: number
}

const MAX_BYTES = 64_000_000
const TIMEOUT = 30_000

/**
 * Reads and parses one document, JSON or YAML.
 *
 * @param source - absolute path or http(s) URL
 * @throws PosternError `document_invalid` whose message names the source and what is wrong with it.
 */
export async function loadDocument(source: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const maxBytes = options.maxBytes ?? MAX_BYTES
  if (!/^https?:\/\//i.test(source)) {
    return finish(await readDocument(source, maxBytes), source, undefined)
  }
  const fetched = await fetchDocument(source, { maxBytes, timeout: options.timeout ?? TIMEOUT })
  return finish(fetched.text, source, fetched.url)
}

function finish(text: string, source: string, baseUrl: string | undefined): LoadedDocument {
  const name = nameOfSource(source)
  const document = parseDocument(text, name)
  return Object.freeze({ document, source, baseUrl, version: versionOf(document, name) })
}

async function readDocument(path: string, maxBytes: number): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) throw tooLarge(path, maxBytes)
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof PosternError) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    const why = code === 'ENOENT' ? 'there is no such file' : `it can’t be read (${code})`
    throw new PosternError('document_invalid', { message: `${path}: ${why}.`, cause })
  }
}

function tooLarge(name: string, maxBytes: number): PosternError {
  return new PosternError('document_invalid', { message: `${name}: larger than ${maxBytes} bytes.` })
}

/** A URL's query may hold a secret; messages name it without. */
function nameOfSource(source: string): string {
  return source.replace(/[?#].*$/s, '')
}

function versionOf(document: JsonObject, name: string): OpenApiVersion {
  const { openapi, swagger } = document
  // An unquoted 3.0 in YAML is the number 3.
  const version = openapi === 3 ? '3.0' : String(openapi ?? '')
  const short = /^3\.[01](?=\.\d|$)/.exec(version)?.[0]
  if (short === '3.0' || short === '3.1') return short
  throw new PosternError('document_invalid', { message: `${name}: ${versionProblem(openapi, swagger)}` })
}

function versionProblem(openapi: unknown, swagger: unknown): string {
  const known = 'This version takes OpenAPI 3.0 and 3.1'
  if (swagger !== undefined) {
    return `a Swagger ${text(swagger)} document. ${known}; convert it to 3.0 first.`
  }
  if (openapi === undefined) return `no OpenAPI document: it has no \`openapi\` member. ${known}.`
  return `an OpenAPI ${text(openapi)} document. ${known}.`
}

function text(version: unknown): string {
  return version === 2 ? '2.0' : String(version).slice(0, 20)
}
