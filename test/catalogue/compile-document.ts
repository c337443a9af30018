import { compileCatalogue } from '../../src/catalogue/compile.ts'
import type { LoadedDocument } from '../../src/catalogue/document/load-document.ts'
import { readVersion } from '../../src/catalogue/document/read-version.ts'
import { describeSwagger } from '../../src/catalogue/document/swagger/describe-swagger.ts'
import type { Catalogue, JsonObject, Tool } from '../../src/catalogue/tool.ts'
import { type ConfigInput, configSchema } from '../../src/config/schema.ts'

type ApiInput = ConfigInput['apis'][number]

/** What a test may say besides the document. */
export interface CompileOptions {
  readonly api?: Partial<ApiInput>
  readonly auth?: ConfigInput['auth']
  readonly scopes?: ConfigInput['scopes']
  readonly baseUrl?: string
}

/** A document as if it had been loaded from a file. */
export function loaded(document: JsonObject, baseUrl?: string): LoadedDocument {
  const asWritten = document.swagger === undefined ? { openapi: '3.1.0', ...document } : document
  const version = readVersion(asWritten, '/openapi.yaml')
  return {
    document: version === '2.0' ? describeSwagger(asWritten, baseUrl) : asWritten,
    asWritten,
    files: new Map(),
    source: '/openapi.yaml',
    baseUrl,
    version,
    warnings: [],
    reads: [],
  }
}

/** Compiles a document under a small configuration: one API `billing`, no prefix, an upstream. */
export function compileDocument(document: JsonObject, options: CompileOptions = {}): Catalogue {
  return compileLoaded(loaded(document, options.baseUrl), options)
}

/** The same with a document that was loaded. */
export function compileLoaded(document: LoadedDocument, options: CompileOptions = {}): Catalogue {
  const api = { name: 'billing', openapi: './x.yaml', upstream: 'https://api.example.com', ...options.api }
  const config = configSchema.parse({
    name: 'acme',
    apis: [api],
    auth: options.auth ?? [{ type: 'token' }],
    scopes: options.scopes,
  })
  const documents = new Map([['billing', document]])
  const apis = config.apis.map(({ credentials, tools, ...rest }) => ({
    ...rest,
    credentials: [credentials].flat(),
    tools: { ...tools, prefix: tools.prefix ?? '' },
  }))
  const auth = config.auth.map(scheme => {
    if (scheme.type === 'oauth') throw new Error('documents are compiled alike for it')
    return scheme.type === 'token' ? { ...scheme, prefix: 'acme_pat_' } : scheme
  })
  return compileCatalogue({ file: '/postern.yaml', apis, auth, scopes: config.scopes }, documents)
}

/** Compiles a document with one operation, `POST /things` unless said otherwise. */
export function compileOperation(
  operation: JsonObject,
  where: { path?: string; method?: string; document?: JsonObject } & CompileOptions = {},
): Catalogue {
  const { path = '/things', method = 'post', document = {}, ...options } = where
  return compileDocument({ ...document, paths: { [path]: { [method]: operation } } }, options)
}

/** The only tool of a catalogue. */
export function onlyTool(catalogue: Catalogue): Tool {
  const [tool, ...others] = catalogue.tools
  if (tool === undefined || others.length > 0) {
    throw new Error(`one tool was expected: ${JSON.stringify(catalogue.report)}`)
  }
  return tool
}

/** A JSON request body. */
export function jsonBody(schema: JsonObject, required = true): JsonObject {
  return { required, content: { 'application/json': { schema } } }
}
