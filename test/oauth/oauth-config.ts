import { completeConfig } from '../../src/config/complete-config.ts'
import type { Config } from '../../src/config/config.ts'
import { configSchema, type OAuthConfig, type SchemeConfig } from '../../src/config/schema.ts'

type JwtConfig = Extract<SchemeConfig, { type: 'jwt' }>

/** The scheme `oauth` with its defaults, as loading makes it. */
export function oauthScheme(changes: Partial<OAuthConfig> = {}): OAuthConfig {
  const scheme = schemes({ type: 'oauth' })
  if (scheme.type !== 'oauth') throw new Error('another scheme')
  return { ...scheme, ...changes }
}

/** The scheme `jwt` with its defaults, as loading makes it. */
export function jwtScheme(changes: Partial<JwtConfig> = {}): JwtConfig {
  const issuer = 'https://login.acme.example'
  const scheme = schemes({ type: 'jwt', issuer, audience: 'https://gateway.acme.example/mcp' })
  if (scheme.type !== 'jwt') throw new Error('another scheme')
  return { ...scheme, ...changes }
}

/** The entry of `auth` with type `oauth`. */
export function oauthOf({ auth }: Config): OAuthConfig {
  const scheme = auth.find(({ type }) => type === 'oauth')
  if (scheme?.type !== 'oauth') throw new Error('no scheme oauth')
  return scheme
}

function schemes(one: object): SchemeConfig {
  const apis = [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }]
  const parsed = configSchema.parse({ name: 'acme', apis, auth: [one] })
  const [first] = completeConfig(parsed, '/etc/postern.yaml').auth
  if (first === undefined) throw new Error('no scheme')
  return first
}
