import type { Config } from '../config/config.ts'
import { PosternError } from '../errors.ts'

/**
 * Position of the server at a path among the configured ones; the first where no path is given.
 *
 * @throws PosternError `not_found` that names the paths there are.
 */
export function serverIndex({ servers }: Config, path: string | undefined): number {
  const index = path === undefined ? 0 : servers.findIndex(server => server.path === path)
  if (index >= 0) return index
  const paths = servers.map(server => server.path).join(', ')
  throw new PosternError('not_found', { message: `There is no server at ${path}. Configured: ${paths}.` })
}
