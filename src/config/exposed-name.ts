import type { Config } from './config.ts'
import { isLoopback } from './loopback.ts'

/**
 * The name or address by which others can reach the gateway, as far as the configuration tells; undefined where
 * only this machine can. A proxy in front of a loopback address makes it reachable, and says so by `publicUrl` or
 * `allowedHosts`.
 */
export function exposedName({
  listen,
  publicUrl,
  allowedHosts = [],
}: Pick<Config, 'listen' | 'publicUrl' | 'allowedHosts'>): string | undefined {
  const names = [listen.host, ...allowedHosts.map(host => host.replace(/:\d{1,5}$/, ''))]
  if (publicUrl !== undefined && URL.canParse(publicUrl)) names.push(new URL(publicUrl).hostname)
  return names.find(name => !isLoopback(name))
}
