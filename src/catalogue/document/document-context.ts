import { canonicalHeader } from '../../config/canonical-header.ts'
import type { Config } from '../../config/config.ts'
import { credentialHeaders } from '../../config/credential-headers.ts'
import type { ApiConfig } from '../../config/schema.ts'
import { isJsonObject } from '../is-json-object.ts'
import { createDocumentSchemas, type DocumentSchemas } from '../schema/document-schemas.ts'
import type { LoadedDocument } from './load-document.ts'
import { createReferenceMeasure } from './reference-graph.ts'
import { createResolver, followReferences, type ResolveReference } from './resolve-reference.ts'

/** What compiling the operations of one API shares: its document, and everything remembered about it. */
export interface DocumentContext {
  readonly api: ApiConfig
  readonly loaded: LoadedDocument
  readonly resolveReference: ResolveReference
  readonly schemas: DocumentSchemas
  /** Whether a parameter carries a credential: a security scheme of the document, or one of the configuration. */
  readonly isCredentialParameter: (location: string, name: string) => boolean
}

/** Prepares a document for compiling. Costs next to nothing; what is expensive is done on first use. */
export function createDocumentContext(
  api: ApiConfig,
  loaded: LoadedDocument,
  auth: Config['auth'],
): DocumentContext {
  const resolveReference = createResolver(loaded.document, loaded.files)
  const credentials = credentialParameters(api, loaded, auth, resolveReference)
  return Object.freeze({
    api,
    loaded,
    resolveReference,
    schemas: createDocumentSchemas(loaded, resolveReference, createReferenceMeasure(resolveReference)),
    isCredentialParameter: (location: string, name: string) =>
      credentials.has(`${location}:${location === 'header' ? canonicalHeader(name) : name}`),
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
    names.add(`${found.value.in}:${found.value.in === 'header' ? canonicalHeader(name) : name}`)
  }
  const headers = [...credentialHeaders(api)]
  for (const scheme of auth) {
    if (scheme.type === 'headers') headers.push(...scheme.headers)
    else if ('header' in scheme) headers.push(scheme.header)
  }
  for (const header of headers) names.add(`header:${canonicalHeader(header)}`)
  return names
}
