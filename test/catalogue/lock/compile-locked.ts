import { type CompileOptions, compileCatalogue } from '../../../src/catalogue/compile.ts'
import type { LockFile } from '../../../src/catalogue/lock/lock-file.ts'
import { updateLock } from '../../../src/catalogue/lock/update-lock.ts'
import type { Catalogue, JsonObject } from '../../../src/catalogue/tool.ts'
import type { Config } from '../../../src/config/config.ts'
import { type ApiConfig, type ConfigInput, configSchema } from '../../../src/config/schema.ts'
import { loaded } from '../compile-document.ts'

/** What a test may say besides the paths. */
export interface LockedOptions extends CompileOptions {
  readonly approve?: 'off' | 'riskier'
  readonly prefix?: string
  readonly rules?: NonNullable<NonNullable<ConfigInput['apis'][number]['tools']>['rules']>
  readonly scopes?: Config['scopes']
  /** Members of the document besides its paths. */
  readonly document?: JsonObject
}

/** The API `billing` as the configuration has it. */
export function apiOf({ approve = 'riskier', prefix = '', rules = [] }: LockedOptions = {}): ApiConfig {
  const upstream = 'https://api.example.com'
  const api = { name: 'billing', openapi: './x.yaml', upstream, approve, tools: { rules } }
  const [parsed] = configSchema.parse({ name: 'acme', apis: [api], auth: [{ type: 'token' }] }).apis
  if (parsed === undefined) throw new Error('no API')
  return { ...parsed, credentials: [parsed.credentials].flat(), tools: { ...parsed.tools, prefix } }
}

/** The catalogue of a document with these paths, under `approve: riskier` unless said otherwise. */
export function compileLocked(paths: JsonObject, options: LockedOptions = {}): Catalogue {
  const { lock, purpose = 'serve', scopes = {}, document = {} } = options
  const config = { file: '/postern.yaml', apis: [apiOf(options)], auth: [], scopes }
  return compileCatalogue(config, new Map([['billing', loaded({ ...document, paths })]]), { lock, purpose })
}

/** The lock file of a document with these paths, everything approved. */
export function lockOf(paths: JsonObject, options: LockedOptions = {}): LockFile {
  const catalogue = compileLocked(paths, { ...options, purpose: 'approve' })
  return updateLock(options.lock, catalogue, [apiOf(options)], () => true).lock
}

export const namesOf = (catalogue: Pick<Catalogue, 'tools'>) => catalogue.tools.map(({ name }) => name)
