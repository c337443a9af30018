import { isJsonObject } from '../../is-json-object.ts'
import type { JsonObject } from '../../tool.ts'

/**
 * A Swagger 2.0 document with what OpenAPI 3 has at its root besides: `servers` from `host`, `basePath` and
 * `schemes`, `components.securitySchemes` from `securityDefinitions`. Nothing is moved, so pointers stay true.
 * Operations are converted one by one, see `convert-operation.ts`.
 *
 * @param url - where the document was fetched; undefined for a file
 */
export function describeSwagger(document: JsonObject, url: string | undefined): JsonObject {
  const components = isJsonObject(document.components) ? document.components : {}
  const definitions = isJsonObject(document.securityDefinitions) ? document.securityDefinitions : {}
  const securitySchemes = Object.fromEntries(
    Object.entries(definitions).map(([name, scheme]) => [name, convertScheme(scheme)]),
  )
  return {
    ...document,
    servers: serversOf(document, document.schemes, url),
    components: { ...components, securitySchemes },
  }
}

/**
 * The servers that `schemes` give, those with TLS first; relative to the document's URL where it names no host.
 *
 * @param schemes - the document's, or an operation's own
 */
export function serversOf(
  document: JsonObject,
  schemes: unknown,
  url: string | undefined,
): readonly JsonObject[] {
  const base = typeof document.basePath === 'string' ? document.basePath : '/'
  const path = base.startsWith('/') ? base : `/${base}`
  const listed = Array.isArray(schemes)
    ? schemes.filter(scheme => scheme === 'https' || scheme === 'http')
    : []
  const own = url === undefined ? undefined : new URL(url)
  const host = typeof document.host === 'string' && document.host !== '' ? document.host : own?.host
  if (host === undefined || (listed.length === 0 && document.host === undefined)) return [{ url: path }]
  const fallback = own?.protocol === 'http:' ? 'http' : 'https'
  const usable = listed.length === 0 ? [fallback] : listed.toSorted((a, b) => (a === b ? 0 : a > b ? -1 : 1))
  return usable.map(scheme => ({ url: `${scheme}://${host}${path}` }))
}

/** The names that OpenAPI 3 gives to the flows of 2.0. */
const FLOWS: Readonly<Record<string, string>> = {
  implicit: 'implicit',
  password: 'password',
  application: 'clientCredentials',
  accessCode: 'authorizationCode',
}

function convertScheme(scheme: unknown): unknown {
  if (!isJsonObject(scheme)) return scheme
  if (scheme.type === 'basic') return { type: 'http', scheme: 'basic', description: scheme.description }
  if (scheme.type !== 'oauth2') return scheme
  const { flow, authorizationUrl, tokenUrl, scopes = {}, ...rest } = scheme
  const name = FLOWS[String(flow)]
  return { ...rest, flows: name === undefined ? {} : { [name]: { authorizationUrl, tokenUrl, scopes } } }
}
