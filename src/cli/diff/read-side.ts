import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { type ComparedTool, comparedTools, lockedTools } from '../../catalogue/lock/compare-tools.ts'
import { readLock } from '../../catalogue/lock/read-lock.ts'
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import type { ApiConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'

/** One side of a comparison. */
export interface Side {
  readonly tools: readonly ComparedTool[]
  /** The API of whose settings a document was compiled; undefined where it is not one document. */
  readonly api: string | undefined
}

/**
 * Reads one side: an OpenAPI document (file or URL) under the settings of one API, a lock file, or a configuration
 * with all its documents.
 *
 * @throws PosternError `document_invalid`, `configuration_invalid`, `not_found`, `invalid_params`
 */
export async function readSide(source: string, config: Config, apiName: string | undefined): Promise<Side> {
  const isUrl = /^https?:\/\//i.test(source)
  const kind = isUrl ? 'document' : kindOf(source)
  if (kind === 'lock') {
    const lock = readLock(resolve(source))
    return { tools: lock === undefined ? [] : lockedTools(lock), api: apiName }
  }
  if (kind === 'configuration') {
    const other = loadConfig(resolve(source))
    const { catalogue } = await loadCatalogue(other, { purpose: 'compare' })
    return { tools: comparedTools(catalogue, other.apis), api: apiName }
  }
  const api = chooseApi(config, apiName)
  const alone = {
    ...config,
    apis: [{ ...api, openapi: isUrl ? source : resolve(source) }],
    auth: withoutOthers(config, api),
  }
  const { catalogue } = await loadCatalogue(alone, { purpose: 'compare' })
  return { tools: comparedTools(catalogue, alone.apis), api: api.name }
}

function chooseApi({ apis }: Config, name: string | undefined): ApiConfig {
  const names = apis.map(api => api.name).join(', ')
  const [only, ...others] = name === undefined ? apis : apis.filter(api => api.name === name)
  if (only === undefined) {
    throw new PosternError('not_found', { message: `There is no API ${name}. Configured: ${names}.` })
  }
  if (others.length === 0) return only
  throw new PosternError('invalid_params', {
    message: `Say with --api whose settings the documents are compiled with: ${names}.`,
  })
}

/** Schemes that ask another API's product have no say about this one's tools. */
function withoutOthers({ auth, apis }: Config, { name }: ApiConfig): Config['auth'] {
  return auth.filter(scheme => {
    if (scheme.type !== 'bearer' && scheme.type !== 'headers') return true
    return scheme.verify.introspection !== undefined || (scheme.verify.api ?? apis[0]?.name) === name
  })
}

/** By the first kilobytes, which name what a file is. */
function kindOf(path: string): 'lock' | 'configuration' | 'document' {
  const head = headOf(path)
  if (/^\s*\{\s*"lockVersion"/.test(head)) return 'lock'
  if (/^["']?(?:openapi|swagger)["']?\s*:/m.test(head) || /^\s*\{/.test(head)) return 'document'
  return /^apis\s*:/m.test(head) ? 'configuration' : 'document'
}

function headOf(path: string): string {
  const bytes = Buffer.alloc(65_536)
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    return bytes.toString('utf8', 0, readSync(file, bytes))
  } catch (cause) {
    throw new PosternError('not_found', {
      message: `${path}: there is no such file, or it can’t be read.`,
      cause,
    })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
