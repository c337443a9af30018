import type { Config } from '../config/config.ts'
import type { SchemeConfig, ServerConfig } from '../config/schema.ts'
import { schemesOf } from '../config/schemes-of.ts'
import { IN_THE_BROWSER, type SnippetCredential } from './client-snippets.ts'
import { refusedSignIns } from './refused-sign-ins.ts'

/** One way in which people get in with a client. */
export interface WayIn {
  /** `With the product’s own token`, as the beginning of a sentence. */
  readonly words: string
  /** The same for whoever is at home in no configuration: `With a token`. */
  readonly title: string
  readonly credential: SnippetCredential
  /** Where people get what they sign in with, and what they do with it. */
  readonly source: string
  /** Page of the product where they find it; an http or https URL. */
  readonly help?: string | undefined
}

/**
 * The ways into a server, the easiest first: signing in in the browser, then the credentials in the order of `auth`,
 * then none at all.
 */
export function waysIn(config: Pick<Config, 'auth'>, server: ServerConfig): readonly WayIn[] {
  const ways = schemesOf(config.auth, server).flatMap(wayIn)
  const rank = ({ credential: { kind } }: WayIn) => (kind === 'oauth' ? 0 : kind === 'none' ? 2 : 1)
  return ways.toSorted((a, b) => rank(a) - rank(b))
}

function wayIn(scheme: SchemeConfig): readonly WayIn[] {
  const credential = credentialOf(scheme)
  if (credential === undefined) return []
  return [
    {
      words: wordsFor(scheme),
      title: titleOf(scheme),
      credential,
      source: sourceOf(scheme),
      help: helpOf(scheme),
    },
  ]
}

/** Undefined where no person gets in: machines alone get tokens of an authorization server that nobody signs in to. */
function credentialOf(scheme: SchemeConfig): SnippetCredential | undefined {
  if (scheme.type === 'anonymous') return { kind: 'none' }
  if (scheme.type === 'oauth')
    return scheme.signIn.length > 0 ? { kind: 'oauth', refused: refusedSignIns(scheme) } : undefined
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

function titleOf(scheme: SchemeConfig): string {
  if (scheme.type === 'anonymous') return 'Without signing in'
  if (scheme.type === 'oauth')
    return `In the browser, with ${scheme.signIn.map(({ title }) => title).join(' or ')}`
  if (scheme.type === 'headers') return `With ${scheme.headers.join(' and ')}`
  if (scheme.type === 'bearer') return 'With the product’s own token'
  if (scheme.type === 'jwt') return `With an access token of ${new URL(scheme.issuer).host}`
  return `With a token (\`${scheme.prefix}…\`)`
}

function sourceOf(scheme: SchemeConfig): string {
  switch (scheme.type) {
    case 'anonymous':
      return 'There is nothing to sign in with: the URL is all that a client needs.'
    case 'oauth':
      return `The URL is all that a client needs, and no key is ever pasted. ${IN_THE_BROWSER}`
    case 'token':
      return `An administrator makes one for you (\`postern token create\`). Treat it like a password.`
    case 'jwt':
      return `${new URL(scheme.issuer).host} issues it. Most end within the hour, so this is for programs more than for people.`
    case 'bearer':
      return 'It is the token that you use for the product’s API: make one in the product’s settings. Treat it like a password.'
    case 'headers':
      return `They are what you use for the product’s API: ${scheme.headers.join(' and ')}, as the product’s settings show them. Treat them like a password.`
  }
}

function helpOf(scheme: SchemeConfig): string | undefined {
  if (scheme.type === 'bearer' || scheme.type === 'headers') return scheme.help
  if (scheme.type !== 'oauth') return undefined
  return scheme.signIn.flatMap(way => ('help' in way && way.help !== undefined ? [way.help] : []))[0]
}
