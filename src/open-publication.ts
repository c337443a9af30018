import type { FastifyInstance } from 'fastify'
import type { Identity, Rooms } from './assemble.ts'
import { runInSlices } from './catalogue/run-in-slices.ts'
import { publishedPaths } from './config/published-paths.ts'
import type { PublishedDocument } from './publication/published-document.ts'
import { registerPublication } from './publication/register-publication.ts'
import { describeSite } from './publication/site.ts'
import { writeDocument } from './publication/write-document.ts'

/**
 * Opens what strangers are told of the MCP servers: cards, the catalog of servers, llms.txt and the tools in Markdown. The
 * addresses are there whatever the configuration says, and answer 404 where it says nothing: a reload may change that.
 */
export function openPublication(
  fastify: FastifyInstance,
  current: () => Rooms,
  { version, address }: Identity,
): void {
  registerPublication(fastify, {
    paths: publishedPaths(current().config.servers.map(({ path }) => path)),
    access: { isHostAllowed: (host, port) => current().access.isHostAllowed(host, port) },
    document(path) {
      const rooms = current()
      const baseUrl = rooms.config.publicUrl ?? address()
      return remembered(rooms, `${baseUrl} ${path}`, () => write(path, rooms, baseUrl, version))
    },
  })
}

function write(
  path: string,
  { config, policy, servers }: Rooms,
  baseUrl: string,
  version: string,
): Promise<PublishedDocument | undefined> {
  const toolsOf = (wanted: string) => servers.find(server => server.path === wanted)?.tools ?? []
  const site = describeSite({ config, policy, toolsOf, baseUrl, version })
  if (site === undefined) return NOTHING
  return runInSlices(writeDocument(path, site, { config, policy, toolsOf }))
}

const NOTHING: Promise<undefined> = Promise.resolve(undefined)

/** Written once for a configuration: strangers can't make the gateway work by asking again. */
const documents = new WeakMap<Rooms, Map<string, Promise<PublishedDocument | undefined>>>()

function remembered(
  rooms: Rooms,
  key: string,
  make: () => Promise<PublishedDocument | undefined>,
): Promise<PublishedDocument | undefined> {
  let own = documents.get(rooms)
  if (own === undefined) {
    own = new Map()
    documents.set(rooms, own)
  }
  const known = own.get(key) ?? make()
  own.set(key, known)
  return known
}
