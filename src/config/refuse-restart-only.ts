import { isDeepStrictEqual } from 'node:util'
import { PosternError } from '../errors.ts'
import type { Config } from './config.ts'

/** Keys whose sockets, files and connections are opened once, when the process starts. */
const RESTART_ONLY = [
  'name',
  'title',
  'store',
  'audit',
  'passthrough',
  'requestLimit',
  'drain',
  'list',
] as const

/**
 * Guards a reload: what was opened at the start can't be changed under running calls.
 *
 * @throws PosternError `configuration_invalid` that names every such key that differs.
 */
export function refuseRestartOnly(before: Config, next: Config): void {
  const paths = (config: Config) => config.servers.map(server => server.path)
  const address = ({ listen: { host, port } }: Config) => ({ host, port })
  const titles = (config: Config) => config.servers.map(server => server.title)
  const changed: string[] = RESTART_ONLY.filter(key => !isDeepStrictEqual(before[key], next[key]))
  if (!isDeepStrictEqual(address(before), address(next))) changed.push('listen')
  // A certificate can be another one, but a port can't speak plain HTTP to some and TLS to others.
  if ((before.listen.tls === undefined) !== (next.listen.tls === undefined)) changed.push('listen.tls')
  if (!isDeepStrictEqual(paths(before), paths(next))) changed.push('servers[].path')
  else if (!isDeepStrictEqual(titles(before), titles(next))) changed.push('servers[].title')
  if (before.admin?.path !== next.admin?.path) changed.push('admin.path')
  const version = ({ publication }: Config) => (publication === false ? undefined : publication.version)
  if (version(before) !== version(next)) changed.push('publication.version')
  const hasOAuth = (config: Config) => config.auth.some(({ type }) => type === 'oauth')
  if (hasOAuth(before) !== hasOAuth(next)) changed.push('auth[] of type oauth')
  if (changed.length === 0) return
  throw new PosternError('configuration_invalid', {
    message: `A reload can’t change ${changed.join(', ')}. Restart the gateway for that; the old configuration stays.`,
  })
}
