import type { DocumentContext } from '../../catalogue/document/document-context.ts'
import { homeServer, ownServers } from '../../catalogue/document/home-server.ts'
import { listOperations } from '../../catalogue/document/list-operations.ts'
import { serverUrl } from '../../catalogue/document/server-url.ts'

/** An origin besides the API's own, and how many operations are there. */
export interface FurtherOrigin {
  readonly origin: string
  readonly operations: number
}

/** The origins that servers of paths and operations name, besides the API's own; in the document's order. */
export function findUpstreams(context: DocumentContext): readonly FurtherOrigin[] {
  const { loaded } = context
  const home = homeServer(loaded)
  const known = new Set(home.urls.map(url => new URL(url).origin))
  const base = loaded.baseUrl ?? home.first.url
  const counts = new Map<string, number>()
  for (const { pathItem, operation } of listOperations(context)) {
    const servers = (ownServers(pathItem, operation) ?? []).map(server => serverUrl(server, base))
    const callable = servers.find(({ url, problem }) => url !== undefined && problem === undefined)
    const origin = callable?.url === undefined ? undefined : new URL(callable.url).origin
    if (origin !== undefined && !known.has(origin)) counts.set(origin, (counts.get(origin) ?? 0) + 1)
  }
  return [...counts].map(([origin, operations]) => ({ origin, operations }))
}
