import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { LoadedDocument } from './load-document.ts'
import { type ServerUrl, serverUrl } from './server-url.ts'

/** Where a document says that its API is. */
export interface HomeServer {
  /** The first server that can be called, or why there is none. */
  readonly first: ServerUrl
  /** All of them, alternatives for the same API; some only to compare with, see {@link ServerUrl}. */
  readonly urls: readonly string[]
}

const remembered = new WeakMap<JsonObject, HomeServer>()

/**
 * The servers of a whole document. Where it names none, `/` is meant, relative to the document's own URL (OpenAPI
 * 3.1 "OpenAPI Object"); but where each path or operation has its own, the first of these is taken for the API's,
 * as that is what such documents mean.
 */
export function homeServer({ document, baseUrl }: LoadedDocument): HomeServer {
  const known = remembered.get(document)
  if (known !== undefined) return known
  const home = find(document, baseUrl)
  remembered.set(document, home)
  return home
}

/** The `servers` of an operation or, where it has none, of its path; undefined where neither has any. */
export function ownServers(pathItem: JsonObject, operation: JsonObject): readonly unknown[] | undefined {
  return [operation.servers, pathItem.servers].find(isNonEmptyList)
}

function find({ servers, paths }: JsonObject, baseUrl: string | undefined): HomeServer {
  if (isNonEmptyList(servers)) return homeOf(servers, baseUrl)
  const own = Object.values(isJsonObject(paths) ? paths : {}).map(serversOfPath)
  const named = own.find(each => each !== undefined)?.slice(0, 1)
  if (named === undefined) return homeOf([{ url: '/' }], baseUrl)
  if (own.every(each => each !== undefined)) return homeOf(named, baseUrl)
  // Operations without servers are at the document's own address, if it has one.
  const root = homeOf([{ url: '/' }], baseUrl)
  return baseUrl === undefined ? { first: root.first, urls: homeOf(named, baseUrl).urls } : root
}

function homeOf(servers: readonly unknown[], baseUrl: string | undefined): HomeServer {
  const all = servers.map(server => serverUrl(server, baseUrl))
  const first = all.find(each => each.problem === undefined) ?? all[0]
  return {
    first: first ?? { url: undefined, problem: 'the document names no server' },
    urls: all.flatMap(({ url }) => url ?? []),
  }
}

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch', 'query', 'options', 'trace']

/** Undefined unless every operation of the path has servers. */
function serversOfPath(pathItem: unknown): readonly unknown[] | undefined {
  if (!isJsonObject(pathItem)) return undefined
  if (isNonEmptyList(pathItem.servers)) return pathItem.servers
  const own = METHODS.flatMap(method => {
    const operation = pathItem[method]
    return isJsonObject(operation) ? [operation.servers] : []
  })
  const [first] = own
  return isNonEmptyList(first) && own.every(isNonEmptyList) ? first : undefined
}

function isNonEmptyList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}
