/**
 * Reads OpenAPI documents: with `fetch-document.ts`, the only file of the program that opens them, from disk or
 * over HTTP, and what they refer to, as far as `confine-source.ts` lets them.
 */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ConfigProblem } from '../../config/problem.ts'
import { PosternError } from '../../errors.ts'
import type { JsonObject } from '../tool.ts'
import { collectFiles, type LoadedFile } from './collect-files.ts'
import { type ConfineSource, confineSource, locationOf } from './confine-source.ts'
import { type DocumentRead, digestOf, type FileRead, NO_FILE, signatureOf } from './document-read.ts'
import { type FetchBounds, fetchDocument } from './fetch-document.ts'
import { makeSafe } from './make-safe.ts'
import { applyOverlay } from './overlay/apply-overlay.ts'
import { type Overlay, parseOverlay } from './overlay/parse-overlay.ts'
import { type ParsedDocument, parseDocument } from './parse-document.ts'
import { parseInBackground } from './parse-in-background.ts'
import { readVersion } from './read-version.ts'
import type { DocumentFile } from './resolve-reference.ts'
import { describeSwagger } from './swagger/describe-swagger.ts'

/** The OpenAPI versions that this version of Postern compiles. */
export type OpenApiVersion = '2.0' | '3.0' | '3.1' | '3.2'

/** One OpenAPI document as read, references unresolved. Treat it as frozen. */
export interface LoadedDocument {
  /**
   * A tree without cycles, without `__proto__` keys, of bounded depth. Its references, and those of its files, mean
   * the same wherever they stand: `#/…` is a place of this tree, `Pet.yaml#/…` one of `files`. A Swagger 2.0
   * document has `servers` and `components.securitySchemes` besides, as OpenAPI 3 writes them.
   */
  readonly document: JsonObject
  /** The same without what was added; for whoever judges what its author wrote. */
  readonly asWritten: JsonObject
  /** What it refers to in other files and at other addresses, or why that can't be had, by name. */
  readonly files: ReadonlyMap<string, DocumentFile>
  /** Where it came from: an absolute path or an http(s) URL. */
  readonly source: string
  /** The URL that relative server URLs are relative to; undefined for a file. */
  readonly baseUrl: string | undefined
  readonly version: OpenApiVersion
  /** What was said in vain about it (actions of overlays); paths start below the API. */
  readonly warnings: readonly ConfigProblem[]
  /** All that it was read from: itself, its overlays and what it refers to, files that are not there included. */
  readonly reads: readonly DocumentRead[]
}

/** Bounds on reading, and what is done to the document. */
export interface LoadOptions {
  /** Largest document in bytes, and all that it refers to together; default 64 MB each. */
  readonly maxBytes?: number
  /** How long a URL may take to the last byte, in milliseconds, and all references together; default 30,000. */
  readonly timeout?: number
  /** Origins that references may lead to besides the document's own; default: none. */
  readonly referenceOrigins?: readonly string[]
  /** Overlay documents to apply, in this order; absolute paths. */
  readonly overlays?: readonly string[]
  /** Whether calls are served meanwhile, which then wait less, at the price of some more work in all. */
  readonly inBackground?: boolean
}

const MAX_BYTES = 64_000_000
const TIMEOUT = 30_000
/** Files and addresses that one document may refer to; the largest known has about 2,000 files. */
const MAX_FILES = 5_000
const AT_ONCE = 8

/**
 * Reads and parses one document, JSON or YAML, applies overlays to it, and loads what its operations refer to. A
 * reference that leads nowhere costs the operations that use it, never the document.
 *
 * @param source - absolute path or http(s) URL
 * @throws PosternError `document_invalid` whose message names the source and what is wrong with it;
 *   `configuration_invalid` for an overlay that can't be applied
 */
export async function loadDocument(source: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const { maxBytes = MAX_BYTES, timeout = TIMEOUT, inBackground = false } = options
  const bounds = { maxBytes, timeout, parse: inBackground ? parseInBackground : parseDocument }
  const overlays: Overlay[] = []
  const reads: DocumentRead[] = []
  for (const path of options.overlays ?? []) {
    const { text, read } = await readText(path, bounds)
    overlays.push(parseOverlay(text, path))
    reads.push(read)
  }
  const location = locationOf(source)
  const name = nameOfSource(source)
  const { text, read, url } = await (location.protocol === 'file:' ? readText : fetchText)(source, bounds)
  reads.push(read)
  const { document, refersByName, warnings } = applyOverlays(await bounds.parse(text, name), overlays, name)
  const version = readVersion(document, name)
  const files = refersByName
    ? await loadFiles(document, url === undefined ? location : new URL(url), version, {
        ...bounds,
        reads,
        confine: confineSource(location, options.referenceOrigins ?? []),
      })
    : new Map<string, DocumentFile>()
  return Object.freeze({
    document: version === '2.0' ? describeSwagger(document, url) : document,
    asWritten: document,
    files,
    source,
    baseUrl: url,
    version,
    warnings,
    reads,
  })
}

function applyOverlays(
  parsed: ParsedDocument,
  overlays: readonly Overlay[],
  name: string,
): ParsedDocument & { readonly warnings: readonly ConfigProblem[] } {
  if (overlays.length === 0) return { ...parsed, warnings: [] }
  const { document } = parsed
  const warnings = overlays.flatMap((each, index) => applyOverlay(document, each, index))
  const safety = makeSafe(document)
  if (safety.problem !== undefined) throw invalid(name, `with its overlays applied, ${safety.problem}`)
  return { document, refersByName: safety.refersByName, warnings }
}

interface ReferenceBounds {
  readonly maxBytes: number
  readonly timeout: number
  readonly confine: ConfineSource
  readonly parse: (text: string, name: string) => ParsedDocument | Promise<ParsedDocument>
  /** Where to note what was read. */
  readonly reads: DocumentRead[]
}

async function loadFiles(
  document: JsonObject,
  location: URL,
  version: OpenApiVersion,
  { maxBytes, timeout, confine, parse, reads }: ReferenceBounds,
): Promise<ReadonlyMap<string, DocumentFile>> {
  const deadline = performance.now() + timeout
  let bytes = 0
  let count = 0
  const loadOne = async (from: URL): Promise<LoadedFile> => {
    const left = deadline - performance.now()
    if (++count > MAX_FILES) return { problem: `the document refers to more than ${MAX_FILES} files` }
    if (left <= 0) return { problem: `what the document refers to took longer than ${timeout} ms` }
    const confined = await confine(from)
    if (confined.kind === 'refused') {
      const { missing, why } = confined
      if (missing !== undefined) reads.push({ kind: 'file', path: missing, signature: NO_FILE })
      return { problem: why }
    }
    const name = confined.kind === 'file' ? confined.path : nameOfSource(confined.url)
    let read: DocumentRead =
      confined.kind === 'file'
        ? { kind: 'file', path: fileURLToPath(from), signature: NO_FILE }
        : { kind: 'url', url: confined.url, digest: undefined, validators: {} }
    try {
      const found =
        confined.kind === 'file'
          ? await readText(confined.path, { maxBytes: maxBytes - bytes }, true)
          : await fetchText(confined.url, { maxBytes: maxBytes - bytes, timeout: Math.ceil(left) })
      // Noted as it was named, which is where another file may be put in its place.
      read = found.read.kind === 'file' ? { ...found.read, path: fileURLToPath(from) } : found.read
      bytes += Buffer.byteLength(found.text)
      if (bytes > maxBytes) return { problem: `all files together are larger than ${maxBytes} bytes` }
      const { document: value } = await parse(found.text, name)
      return { value, location: new URL(found.url ?? from) }
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      return { problem: error.message.replace(`${name}: `, '').replace(/\.$/, '') }
    } finally {
      reads.push(read)
    }
  }
  return collectFiles(
    document,
    { location, hasIdentifiers: version === '3.1' || version === '3.2' },
    async all => {
      const loaded: LoadedFile[] = []
      for (let start = 0; start < all.length; start += AT_ONCE) {
        loaded.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(loadOne))))
      }
      return loaded
    },
  )
}

/** A text, and where it came from; `url` is where it was found after redirects. */
interface Found {
  readonly text: string
  readonly read: DocumentRead
  readonly url?: string
}

async function fetchText(source: string, bounds: FetchBounds): Promise<Found> {
  const { text, url, validators } = await fetchDocument(source, bounds)
  return { text, url, read: { kind: 'url', url: source, digest: digestOf(text), validators } }
}

/** Of what a document refers to, only regular files are read: a pipe or a device would never end. */
async function readText(
  path: string,
  { maxBytes }: { readonly maxBytes: number },
  onlyRegular = false,
): Promise<Found & { readonly read: FileRead }> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, onlyRegular ? constants.O_RDONLY | constants.O_NONBLOCK : 'r')
    const stats = await handle.stat({ bigint: true })
    if (onlyRegular && !stats.isFile()) throw invalid(path, 'no file')
    if (stats.size > maxBytes) throw invalid(path, `larger than ${maxBytes} bytes`)
    const text = await handle.readFile('utf8')
    return { text, read: { kind: 'file', path, signature: signatureOf(stats) } }
  } catch (cause) {
    if (cause instanceof PosternError) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    const why = code === 'ENOENT' ? 'there is no such file' : `it can’t be read (${code})`
    throw new PosternError('document_invalid', { message: `${path}: ${why}.`, cause })
  } finally {
    await handle?.close()
  }
}

function invalid(name: string, why: string): PosternError {
  return new PosternError('document_invalid', { message: `${name}: ${why}.` })
}

/** A URL's query may hold a secret; messages name it without. */
function nameOfSource(source: string): string {
  return source.replace(/[?#].*$/s, '')
}
