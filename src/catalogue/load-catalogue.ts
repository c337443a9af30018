import { isAbsolute, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { configurationInvalid } from '../config/problem.ts'
import type { ApiConfig } from '../config/schema.ts'
import { SkippedOperation } from './arguments/argument.ts'
import { type CompileOptions, compileInSlices } from './compile.ts'
import { chooseBaseUrl } from './document/choose-base-url.ts'
import { createDocumentContext } from './document/document-context.ts'
import { type LoadedDocument, loadDocument } from './document/load-document.ts'
import { validateDocument } from './document/validate-document.ts'
import { lockFileOf, readLock } from './lock/read-lock.ts'
import { runAtOnce, runInSlices } from './run-in-slices.ts'
import type { Catalogue } from './tool.ts'

/** A catalogue, and what else the documents told. */
export interface LoadedCatalogue {
  readonly catalogue: Catalogue
  /** The documents, by the API's name. */
  readonly documents: ReadonlyMap<string, LoadedDocument>
  /** Base URL of each API's backend without trailing slash, by the API's name; missing where none is known. */
  readonly baseUrls: ReadonlyMap<string, string>
  /** What a validator has to say about each document; empty unless asked for. Never a reason to refuse. */
  readonly remarks: readonly { readonly api: string; readonly messages: readonly string[] }[]
}

/** What {@link loadCatalogue} does besides. */
export interface LoadCatalogueOptions {
  /** Checks the documents against the OpenAPI specification too, which takes its time. */
  readonly validate?: boolean
  /** What for; anything but `serve` never reaches a caller. */
  readonly purpose?: CompileOptions['purpose']
  /** Whether calls are served meanwhile: then nothing of it keeps them waiting for long. */
  readonly inBackground?: boolean
}

/**
 * Loads every document that the configuration names, and the lock file if there is one, and compiles them.
 *
 * @throws PosternError `document_invalid`, `configuration_invalid`.
 */
export async function loadCatalogue(
  config: Config,
  options: LoadCatalogueOptions = {},
): Promise<LoadedCatalogue> {
  const lock = readLock(lockFileOf(config))
  const { purpose = 'serve', inBackground = false } = options
  const loaded = config.apis.map(
    async api => [api.name, await loadApi(api, config.directory, inBackground)] as const,
  )
  const documents = new Map(await Promise.all(loaded))
  const baseUrls = findBaseUrls(config, documents)
  refuseUnaskable(config, baseUrls)
  const remarks = []
  for (const [api, loaded] of options.validate ? documents : []) {
    remarks.push({ api, messages: await validateDocument(loaded) })
  }
  const compiling = compileInSlices(config, documents, { lock, purpose })
  const catalogue = inBackground ? await runInSlices(compiling) : runAtOnce(compiling)
  return { catalogue, documents, baseUrls, remarks }
}

function loadApi(api: ApiConfig, directory: string, inBackground: boolean): Promise<LoadedDocument> {
  const { openapi, overlays = [], referenceOrigins } = api
  return loadDocument(locate(openapi, directory), {
    referenceOrigins,
    inBackground,
    overlays: overlays.map(overlay => resolve(directory, overlay)),
  })
}

function locate(openapi: string, directory: string): string {
  return /^https?:\/\//i.test(openapi) || isAbsolute(openapi) ? openapi : resolve(directory, openapi)
}

function findBaseUrls(config: Config, documents: ReadonlyMap<string, LoadedDocument>): Map<string, string> {
  const found = new Map<string, string>()
  for (const api of config.apis) {
    const loaded = documents.get(api.name)
    if (loaded === undefined) continue
    try {
      found.set(api.name, chooseBaseUrl(createDocumentContext(api, loaded, config.auth), {}, {}, []))
    } catch (error) {
      if (!(error instanceof SkippedOperation)) throw error
    }
  }
  return found
}

/** A scheme that asks a product must know where the product is, or nobody could sign in. */
function refuseUnaskable(config: Config, baseUrls: ReadonlyMap<string, string>): void {
  const problems = config.auth.flatMap((scheme, index) => {
    if (scheme.type !== 'bearer' && scheme.type !== 'headers') return []
    if (scheme.verify.introspection !== undefined) return []
    const api = scheme.verify.api ?? config.apis[0]?.name ?? ''
    if (baseUrls.has(api)) return []
    return {
      path: `auth[${index}].verify`,
      message: `the product can’t be asked: the document of ${api} names no absolute server`,
      fix: `set \`upstream\` of the API ${api} to its base URL`,
    }
  })
  if (problems.length > 0) throw configurationInvalid(config.file, problems)
}
