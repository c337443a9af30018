import type { SchemeConfig, ServerConfig } from './schema.ts'

/** The ways of signing in that a server takes, in the order of `auth`: all of them unless it names some. */
export function schemesOf(
  auth: readonly SchemeConfig[],
  server: Pick<ServerConfig, 'auth'>,
): readonly SchemeConfig[] {
  return auth.filter(({ type }) => server.auth?.includes(type) ?? true)
}
