import { remoteUrl } from '../bridge/remote-url.ts'
import type { Config } from '../config/config.ts'
import { hasConnectPage } from '../config/has-connect-page.ts'
import { isLeftOut } from '../config/is-left-out.ts'
import type { ServerConfig } from '../config/schema.ts'
import { serverName } from '../console/server-name.ts'
import { PosternError } from '../errors.ts'
import type { Bundle } from './bundle.ts'
import { describeBundle } from './describe-bundle.ts'

/** Where the gateway gives bundles away; nothing else is below it. */
export const BUNDLES = '/connect'

/** Where the bundle of a server is downloaded: `/connect/acme.mcpb`. */
export function bundlePath(config: Pick<Config, 'name' | 'servers'>, server: ServerConfig): string {
  return `${BUNDLES}/${serverName(config, server)}.mcpb`
}

/**
 * The bundle that the gateway itself gives away for a server; undefined where there is no connect page, strangers are
 * told nothing of the server, there is no way in for a bundle, or an address over which no credential may travel.
 *
 * @param baseUrl - the gateway's, without a slash at its end
 */
export function offeredBundle(
  config: Config,
  server: ServerConfig,
  { baseUrl, version }: { readonly baseUrl: string; readonly version: string },
): Bundle | undefined {
  if (!hasConnectPage(config) || isLeftOut(config, server.path)) return undefined
  try {
    const url = remoteUrl(`${baseUrl}${server.path}`)
    return EVERYWHERE.has(url.hostname) ? undefined : describeBundle(config, server, { url, version })
  } catch (error) {
    if (error instanceof PosternError && error.code === 'invalid_params') return undefined
    throw error
  }
}

/** Addresses to listen on, and none to go to: then only `publicUrl` could say where the gateway is. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '[::]'])
