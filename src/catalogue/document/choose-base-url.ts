import { SkippedOperation } from '../arguments/argument.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { DocumentContext } from './document-context.ts'

/**
 * The base URL of an operation's calls, without trailing slash. The configuration's `upstream` wins; else the
 * first usable server of the operation, the path or the document, its variables at their defaults, relative
 * ones resolved against the URL that the document came from (OpenAPI 3.1 "Server Object").
 *
 * @throws SkippedOperation where there is none, and where an operation would take a credential to another origin
 *   than the document's
 */
export function chooseBaseUrl(
  context: DocumentContext,
  pathItem: JsonObject,
  operation: JsonObject,
  notes: string[],
): string {
  const { upstream } = context.api
  const own = [operation.servers, pathItem.servers].find(isNonEmptyList)
  if (upstream !== undefined) {
    if (own !== undefined) {
      notes.push('the operation names servers of its own; the configured `upstream` is called instead')
    }
    return upstream.replace(/\/+$/, '')
  }
  const { document, baseUrl } = context.loaded
  const general = firstUrl(isNonEmptyList(document.servers) ? document.servers : [{ url: '/' }], baseUrl)
  const url = own === undefined ? general : firstUrl(own, baseUrl)
  if (url === undefined) {
    throw new SkippedOperation('the document names no absolute server; set `upstream` of the API')
  }
  const presents = context.api.credentials.some(({ type }) => type !== 'none')
  if (presents && general !== undefined && new URL(url).origin !== new URL(general).origin) {
    throw new SkippedOperation(
      `the operation names a server of another origin, ${new URL(url).origin}, which would get the credential of ${new URL(general).origin}; describe it as an API of its own`,
    )
  }
  return url
}

function firstUrl(servers: readonly unknown[], base: string | undefined): string | undefined {
  for (const server of servers) {
    const url = urlOf(server, base)
    if (url !== undefined) return url
  }
  return undefined
}

function isNonEmptyList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}

function urlOf(server: unknown, base: string | undefined): string | undefined {
  if (!isJsonObject(server) || typeof server.url !== 'string') return undefined
  const variables = isJsonObject(server.variables) ? server.variables : {}
  const filled = server.url.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = isJsonObject(variable) ? (variable.default ?? [variable.enum].flat()[0]) : undefined
    return value === undefined ? whole : String(value)
  })
  if (/[{}\s\\]/.test(filled) || !URL.canParse(filled, base)) return undefined
  const url = new URL(filled, base)
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!/^https?:$/.test(url.protocol) || !isPlain) return undefined
  return url.href.replace(/\/+$/, '')
}
