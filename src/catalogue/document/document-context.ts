import type { Config } from '../../config/config.ts'
import type { ApiConfig } from '../../config/schema.ts'
import { type CompileCheck, createCheckCompiler } from '../arguments/compile-check.ts'
import { isJsonObject } from '../is-json-object.ts'
import { type CheckSchema, createSchemaChecker } from '../schema/check-schema.ts'
import { createSchemaConverter, type SchemaConverter } from '../schema/convert-schema.ts'
import type { LoadedDocument } from './load-document.ts'
import { createReferenceMeasure } from './reference-graph.ts'
import { createResolver, followReferences, type ResolveReference } from './resolve-reference.ts'

/** What compiling the operations of one API shares: its document, and everything remembered about it. */
export interface DocumentContext {
  readonly api: ApiConfig
  readonly loaded: LoadedDocument
  readonly resolveReference: ResolveReference
  readonly checkSchema: CheckSchema
  /** For what is advertised: small definitions inlined, or, for large tools, next to none. */
  readonly forModel: (roomy: boolean) => SchemaConverter
  /** For what arguments are checked against. */
  readonly forValidation: SchemaConverter
  /** Compiles such a schema. */
  readonly compileCheck: CompileCheck
  /** Whether a parameter carries a credential: a security scheme of the document, or one of the configuration. */
  readonly isCredentialParameter: (location: string, name: string) => boolean
}

const INLINE_LIMIT = 200
const TIGHT_INLINE_LIMIT = 12

/** Prepares a document for compiling. Costs next to nothing; what is expensive is done on first use. */
export function createDocumentContext(
  api: ApiConfig,
  loaded: LoadedDocument,
  auth: Config['auth'],
): DocumentContext {
  const resolveReference = createResolver(loaded.document)
  const shared = {
    version: loaded.version,
    resolveReference,
    measureReference: createReferenceMeasure(resolveReference),
  }
  const roomy = createSchemaConverter({ ...shared, forModel: true, inlineLimit: INLINE_LIMIT })
  const tight = createSchemaConverter({ ...shared, forModel: true, inlineLimit: TIGHT_INLINE_LIMIT })
  const credentials = credentialParameters(api, loaded, auth, resolveReference)
  return Object.freeze({
    api,
    loaded,
    resolveReference,
    checkSchema: createSchemaChecker(resolveReference),
    forModel: (isRoomy: boolean) => (isRoomy ? roomy : tight),
    forValidation: createSchemaConverter({ ...shared, forModel: false, inlineLimit: 0 }),
    compileCheck: createCheckCompiler(),
    isCredentialParameter: (location: string, name: string) =>
      credentials.has(`${location}:${location === 'header' ? name.toLowerCase() : name}`),
  })
}

function credentialParameters(
  api: ApiConfig,
  { document }: LoadedDocument,
  auth: Config['auth'],
  resolveReference: ResolveReference,
): ReadonlySet<string> {
  const names = new Set<string>()
  const components = isJsonObject(document.components) ? document.components : {}
  for (const entry of Object.values(components.securitySchemes ?? {})) {
    const found = followReferences(resolveReference, entry)
    if (!('value' in found) || found.value.type !== 'apiKey') continue
    const name = String(found.value.name)
    names.add(`${found.value.in}:${found.value.in === 'header' ? name.toLowerCase() : name}`)
  }
  const headers = api.credentials.flatMap(credential => ('header' in credential ? [credential.header] : []))
  for (const scheme of auth) {
    if (scheme.type === 'headers') headers.push(...scheme.headers)
    else if ('header' in scheme) headers.push(scheme.header)
  }
  for (const header of headers) names.add(`header:${header.toLowerCase()}`)
  return names
}
