import type { Config } from './config.ts'
import type { ConfigProblem } from './problem.ts'

/**
 * What {@link configNotes} says of JWTs that are taken at an endpoint which none of them can name: a token that is for
 * an MCP server opens neither the administration nor the pass-through. Pure.
 */
export function audienceNotes({
  auth,
  servers,
  admin,
  passthrough,
  publicUrl,
}: Config): readonly ConfigProblem[] {
  if (publicUrl === undefined) return []
  const own = new Set(servers.map(({ path }) => (path === '/' ? publicUrl : publicUrl + path)))
  const places = [
    ...(admin?.auth.includes('jwt') ? [{ path: admin.path, name: 'the administration' }] : []),
    ...(passthrough === undefined ? [] : [{ path: passthrough.path, name: 'the pass-through' }]),
  ]
  return auth.flatMap((scheme, index) => {
    if (scheme.type !== 'jwt') return []
    const named = [scheme.audience].flat().map(audience => audience.replace(/\/$/, ''))
    if (!named.every(audience => own.has(audience))) return []
    return places.map(({ path, name }) => ({
      path: `auth[${index}].audience`,
      message: `its tokens are for MCP servers alone, so ${name} refuses them`,
      fix: `add ${publicUrl}${path} for tokens that are meant for it`,
    }))
  })
}
