import type { SchemeConfig } from '../config/schema.ts'
import { schemesOf } from '../config/schemes-of.ts'
import { code, inline } from './markdown.ts'
import type { PublishedServer, Site } from './site.ts'

/** How callers sign in to a server, one line of Markdown for each way, in the configured order. */
export function signInLines(
  { settings, title }: PublishedServer,
  auth: readonly SchemeConfig[],
  { baseUrl }: Pick<Site, 'baseUrl'>,
): readonly string[] {
  return schemesOf(auth, settings).map(scheme => lineOf(scheme, title, baseUrl))
}

function lineOf(scheme: SchemeConfig, title: string, baseUrl: string): string {
  if (scheme.type === 'anonymous') return 'Without a credential: what everybody may call.'
  if (scheme.type === 'oauth') {
    return scheme.signIn.length > 0
      ? 'In the browser (OAuth): the URL is all that a client needs.'
      : `With an access token of ${code(baseUrl)} (OAuth client credentials), for programs.`
  }
  if (scheme.type === 'headers') {
    return `With the headers ${scheme.headers.map(code).join(' and ')}, together.`
  }
  const where = `in ${code(scheme.header.toLowerCase() === 'authorization' ? 'Authorization: Bearer …' : scheme.header)}`
  if (scheme.type === 'jwt') return `With an access token of ${code(scheme.issuer)}, ${where}.`
  const looks = scheme.prefix ? ` (${code(`${scheme.prefix}…`)})` : ''
  return scheme.type === 'bearer'
    ? `With your own token of ${inline(title)}${looks}, ${where}.`
    : `With a token of this gateway${looks}, ${where}.`
}
