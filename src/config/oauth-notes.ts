import type { Config } from './config.ts'
import type { ConfigProblem } from './problem.ts'
import type { OAuthConfig } from './schema.ts'

/** What {@link configNotes} says of the authorization server; nothing where there is none. Pure. */
export function oauthNotes(config: Config): readonly ConfigProblem[] {
  return config.auth.flatMap((scheme, index) => {
    if (scheme.type !== 'oauth') return []
    const path = `auth[${index}]`
    return [
      ...firstPath(config),
      ...unreachable(config, path),
      ...machines(config, path),
      ...anyRedirect(scheme, path),
      ...onePersonPerSubject(scheme, path),
    ]
  })
}

/** Observed of claude.ai: tokens were issued, and then never used. */
function firstPath({ servers }: Config): readonly ConfigProblem[] {
  const [first] = servers
  if (first === undefined || first.path === '/mcp') return []
  return [
    {
      path: 'servers[0].path',
      message: `some hosted clients connect to ${first.path} and then never call: they take /mcp alone`,
      fix: 'write /mcp, unless you know your clients',
    },
  ]
}

function unreachable({ servers }: Config, path: string): readonly ConfigProblem[] {
  if (servers.some(({ auth }) => auth?.includes('oauth') ?? true)) return []
  return [
    {
      path,
      message: 'no MCP server takes its tokens, so nobody can ask for one',
      fix: 'add oauth to auth of a server, or remove the scheme',
    },
  ]
}

function machines({ signing, auth }: Config, path: string): readonly ConfigProblem[] {
  if (signing !== undefined || auth.some(({ type }) => type === 'token')) return []
  return [
    {
      path,
      message: 'machines get no tokens: there is no key to sign them with',
      fix: 'add signing: { keys: [{ file: ./signing.pem }] } where programs shall connect without a person',
    },
  ]
}

function anyRedirect({ redirects, registration }: OAuthConfig, path: string): readonly ConfigProblem[] {
  const position = redirects.allow.indexOf('https:')
  if (position < 0 || !(registration.dynamic || registration.documents)) return []
  return [
    {
      path: `${path}.redirects.allow[${position}]`,
      message: 'any website can ask your users to connect to it',
      fix: 'name the origins of the clients that you know',
    },
  ]
}

/** Revocations, limits and kept credentials go by the subject, whoever named it. */
function onePersonPerSubject(
  { signIn, identityProviders }: OAuthConfig,
  path: string,
): readonly ConfigProblem[] {
  const names = [...signIn.map(({ name }) => name), ...identityProviders.map(({ issuer }) => issuer)]
  if (names.length < 2) return []
  return [
    {
      path: `${path}.signIn`,
      message: `${names.join(' and ')} name people each in their own way; whom two of them give the same id is one person here`,
      fix: 'let subject be what all of them have in common, such as a verified e-mail address',
    },
  ]
}
