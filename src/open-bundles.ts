import type { FastifyInstance } from 'fastify'
import type { Identity, Rooms } from './assemble.ts'
import { bridgeFiles } from './bundle/bridge-files.ts'
import { makeBundle } from './bundle/make-bundle.ts'
import { BUNDLES, bundlePath, offeredBundle } from './bundle/offered-bundle.ts'
import type { Config } from './config/config.ts'
import { PosternError } from './errors.ts'
import { admitHost } from './mcp/admit-host.ts'

/**
 * Gives away the bundle of each MCP server under `/connect/…`, to everybody, as the connect page does: there is no
 * secret in it. Made when it is first asked for, and kept as long as the configuration.
 */
export function openBundles(
  fastify: FastifyInstance,
  current: () => Rooms,
  { version, address }: Identity,
): void {
  let bridge: ReadonlyMap<string, string> | undefined
  const made = new WeakMap<Config, Map<string, Uint8Array>>()
  const find = (config: Config, path: string): Uint8Array | undefined => {
    const kept = made.get(config) ?? new Map<string, Uint8Array>()
    made.set(config, kept)
    const known = kept.get(path)
    if (known !== undefined) return known
    const server = config.servers.find(candidate => bundlePath(config, candidate) === path)
    const baseUrl = config.publicUrl ?? address()
    const bundle = server && offeredBundle(config, server, { baseUrl, version })
    if (bundle === undefined) return undefined
    bridge ??= bridgeFiles()
    const bytes = makeBundle(bundle, bridge)
    kept.set(path, bytes)
    return bytes
  }
  fastify.get<{ Params: { file: string } }>(`${BUNDLES}/:file`, async ({ params, raw }, reply) => {
    const { access, config } = current()
    admitHost(access, raw)
    const bytes = find(config, `${BUNDLES}/${params.file}`)
    if (bytes === undefined) throw new PosternError('not_found')
    return reply
      .headers({ ...HEADERS, 'content-disposition': `attachment; filename="${params.file}"` })
      .send(bytes)
  })
}

/** Not as a ZIP archive, which some browsers unpack as soon as it is there. */
const HEADERS = {
  'content-type': 'application/octet-stream',
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
}
