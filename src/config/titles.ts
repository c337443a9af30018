import type { Config } from './config.ts'
import type { ServerConfig } from './schema.ts'

/** What people read of the product as a whole. */
export function productTitle({ title, name }: Pick<Config, 'title' | 'name'>): string {
  return title ?? name
}

/** What people read of one of its MCP servers; of one that is gone, what they read of the product. */
export function serverTitle(
  server: Pick<ServerConfig, 'title'> | undefined,
  config: Pick<Config, 'title' | 'name'>,
): string {
  return server?.title ?? productTitle(config)
}
