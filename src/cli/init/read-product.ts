import { SkippedOperation } from '../../catalogue/arguments/argument.ts'
import { chooseBaseUrl } from '../../catalogue/document/choose-base-url.ts'
import { createDocumentContext, type DocumentContext } from '../../catalogue/document/document-context.ts'
import type { LoadedDocument } from '../../catalogue/document/load-document.ts'
import { isJsonObject } from '../../catalogue/is-json-object.ts'
import { words } from '../../catalogue/naming/words.ts'
import { apiSchema } from '../../config/schema/api.ts'
import { type CallerOperation, findCaller } from './find-caller.ts'
import { type FoundScheme, findSchemes } from './find-schemes.ts'
import { type FurtherOrigin, findUpstreams } from './find-upstreams.ts'
import { type ListedOperation, listOperations } from './list-operations.ts'

/** What a document tells about a product, as far as a configuration needs it. */
export interface Product {
  readonly name: string
  readonly title: string | undefined
  /** Base URL of the first absolute server; undefined where the document names none. */
  readonly upstream: string | undefined
  /** Other origins at which operations are. */
  readonly upstreams: readonly FurtherOrigin[]
  readonly operations: readonly ListedOperation[]
  /** Tags in use, in the document's order. */
  readonly tags: readonly string[]
  /** The operation that tells who is calling, where there is one and its callers sign in as Postern can. */
  readonly caller: CallerOperation | undefined
  /** How the product's own callers sign in at `caller`; empty without it. */
  readonly schemes: readonly FoundScheme[]
  /** How they sign in anywhere, for a credential of the gateway's own. */
  readonly ownSchemes: readonly FoundScheme[]
}

/** Reads out of a document what `postern init` would otherwise have to ask. */
export function readProduct(loaded: LoadedDocument): Product {
  const { document } = loaded
  const info = isJsonObject(document.info) ? document.info : {}
  const title = typeof info.title === 'string' && info.title.trim() !== '' ? info.title.trim() : undefined
  const operations = listOperations(loaded)
  const context = contextOf(loaded)
  const caller = findCaller(loaded, operations)
  const schemes = caller === undefined ? [] : findSchemes(loaded, caller.operation.security)
  return {
    name: nameOf(title ?? '') ?? nameOf(fileName(loaded.source)) ?? 'api',
    title,
    upstream: serverOf(context),
    upstreams: findUpstreams(context),
    operations,
    tags: [...new Set(operations.flatMap(operation => operation.tags))],
    caller: schemes.length > 0 ? caller : undefined,
    schemes,
    ownSchemes: findSchemes(
      loaded,
      operations.flatMap(operation => operation.security),
    ),
  }
}

/** Words that say nothing in a name. */
const NOISE = new Set([
  'api',
  'apis',
  'openapi',
  'swagger',
  'rest',
  'restful',
  'http',
  'the',
  'specification',
  'spec',
  'json',
  'yaml',
  'yml',
])
const LONGEST_NAME = 24

/** A short name for tools to start with: `Train Travel API` → `train_travel`. */
function nameOf(text: string): string | undefined {
  const all = words(text.replace(/open\s?api/gi, ' ')).filter(word => !/^v?\d+$/.test(word))
  const telling = all.filter(word => !NOISE.has(word))
  let name = ''
  for (const word of telling.length > 0 ? telling : all) {
    const longer = name === '' ? word.slice(0, LONGEST_NAME) : `${name}_${word}`
    if (longer.length > LONGEST_NAME) break
    name = longer
  }
  return name === '' ? undefined : name
}

function fileName(source: string): string {
  return (
    source
      .replace(/[?#].*$/s, '')
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.\w+$/, '') ?? ''
  )
}

/** As if nothing but the document were configured. */
function contextOf(loaded: LoadedDocument): DocumentContext {
  const api = apiSchema.parse({ name: 'api', openapi: loaded.source })
  const config = { ...api, credentials: [], tools: { ...api.tools, prefix: '' } }
  return createDocumentContext(config, loaded, [])
}

function serverOf(context: DocumentContext): string | undefined {
  try {
    return chooseBaseUrl(context, {}, {}, [])
  } catch (error) {
    if (error instanceof SkippedOperation) return undefined
    throw error
  }
}
