import { SkippedOperation } from '../arguments/argument.ts'
import type { JsonObject } from '../tool.ts'
import { chooseBaseUrl } from './choose-base-url.ts'
import type { DocumentContext } from './document-context.ts'
import { homeServer, ownServers } from './home-server.ts'
import { serverUrl } from './server-url.ts'

/**
 * Stands where the caller's tenant decides: what goes on without having asked that finds no host, rather than somebody
 * else's (RFC 6761 section 6.4).
 */
export const TENANTS_BASE_URL = 'http://tenant.invalid'

/**
 * The base URL of an operation's calls, without trailing slash. Where each tenant of the API has a backend, all of the
 * API is there: an operation that the document puts elsewhere is left out, as nobody could say which tenant's that is.
 *
 * @throws SkippedOperation where there is none, with the line to add
 */
export function operationBaseUrl(
  context: DocumentContext,
  pathItem: JsonObject,
  operation: JsonObject,
  remarks: string[],
): string {
  const { api, loaded } = context
  if (api.tenants === undefined) return chooseBaseUrl(context, pathItem, operation, remarks)
  const own = ownServers(pathItem, operation)
  const home = homeServer(loaded)
  const base = loaded.baseUrl ?? home.first.url ?? home.urls[0]
  const isAtHome = own?.some(server => {
    const { url } = serverUrl(server, base)
    return url !== undefined && home.urls.includes(url)
  })
  if (isAtHome ?? true) return TENANTS_BASE_URL
  throw new SkippedOperation(
    'the operation has a server of its own, and with `tenants` calls go to the caller’s tenant alone; remove its `servers` by an overlay if every tenant’s backend has it, or describe it in an API of its own',
  )
}
