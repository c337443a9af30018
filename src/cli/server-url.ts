import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'

/** The server that `--server PATH` names; without it the first. @throws PosternError `not_found` */
export function findServer(config: Config, path: string | undefined): ServerConfig {
  const server = config.servers.find(candidate => path === undefined || candidate.path === path)
  if (server !== undefined) return server
  const paths = config.servers.map(candidate => candidate.path).join(', ')
  throw new PosternError('not_found', { message: `There is no server at ${path}. Configured: ${paths}.` })
}

/** What clients type to reach a server: `publicUrl`, else the listen address, and the server's path. */
export function serverUrl(config: Config, server: ServerConfig): string {
  return `${siteUrl(config)}${server.path}`
}

/** `publicUrl`, else the listen address, without a slash at its end: the issuer of the authorization server. */
export function siteUrl(config: Config): string {
  return (config.publicUrl ?? listenUrl(config)).replace(/\/+$/, '')
}

/** An address that listens everywhere is reached over loopback from here. */
function listenUrl({ listen: { host, port, tls } }: Config): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const reachable = bare === '0.0.0.0' ? '127.0.0.1' : bare === '::' ? '::1' : bare
  return `http${tls === undefined ? '' : 's'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
