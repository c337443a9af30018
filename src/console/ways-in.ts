import type { Config } from '../config/config.ts'
import type { SchemeConfig, ServerConfig } from '../config/schema.ts'
import type { SnippetCredential } from './client-snippets.ts'

/** One way in which people get in with a client. */
export interface WayIn {
  /** `With the product’s own token`, as the beginning of a sentence. */
  readonly words: string
  readonly credential: SnippetCredential
}

/**
 * The ways into a server, the easiest first: signing in in the browser, then the credentials in the order of `auth`,
 * then none at all.
 */
export function waysIn(config: Pick<Config, 'auth'>, server: ServerConfig): readonly WayIn[] {
  const taken = config.auth.filter(({ type }) => server.auth?.includes(type) ?? true)
  const ways = taken.flatMap(scheme => wayIn(scheme))
  const rank = ({ credential: { kind } }: WayIn) => (kind === 'oauth' ? 0 : kind === 'none' ? 2 : 1)
  return ways.toSorted((a, b) => rank(a) - rank(b))
}

function wayIn(scheme: SchemeConfig): readonly WayIn[] {
  const credential = credentialOf(scheme)
  return credential === undefined ? [] : [{ words: wordsFor(scheme), credential }]
}

/** Undefined where no person gets in: machines alone get tokens of an authorization server that nobody signs in to. */
function credentialOf(scheme: SchemeConfig): SnippetCredential | undefined {
  if (scheme.type === 'anonymous') return { kind: 'none' }
  if (scheme.type === 'oauth') return scheme.signIn.length > 0 ? { kind: 'oauth' } : undefined
  if (scheme.type !== 'headers') return { kind: 'bearer', header: scheme.header }
  const placeholders = scheme.headers.map(name => [
    name,
    /e-?mail/i.test(name) ? 'you@example.com' : `YOUR_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`,
  ])
  return { kind: 'headers', headers: Object.fromEntries(placeholders) }
}

function wordsFor(scheme: SchemeConfig): string {
  if (scheme.type === 'anonymous') return 'Without any credential'
  if (scheme.type === 'oauth') {
    return `With OAuth, signing in with ${scheme.signIn.map(({ title }) => title).join(' or ')} in the browser`
  }
  if (scheme.type === 'headers') return `With the product’s headers ${scheme.headers.join(' and ')}`
  const where = scheme.header.toLowerCase() === 'authorization' ? 'Authorization: Bearer' : scheme.header
  if (scheme.type === 'bearer') return `With the product’s own token in ${where}`
  if (scheme.type === 'jwt') return `With an access token of ${scheme.issuer} in ${where}`
  return `With a token of \`postern token create\` (${scheme.prefix}…) in ${where}`
}
