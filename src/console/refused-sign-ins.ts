import { readRedirectUri } from '../config/redirect-uri.ts'
import { type RedirectRules, redirectRules, ruleOfPreset } from '../config/redirects/redirect-rules.ts'
import type { OAuthConfig } from '../config/schema.ts'
import { CLIENTS, type ClientId, GUIDES } from './client-snippets.ts'
import type { ClientGuide, ClientRedirects } from './guides/guide.ts'

/**
 * The clients that would begin to sign in in the browser and end at an error, since the configuration lets in no
 * redirect URI of theirs: for each why, and what an administrator adds, as the rest of a sentence. It asks the rules that
 * the authorization server asks.
 */
export function refusedSignIns(
  oauth: Pick<OAuthConfig, 'redirects' | 'clients'>,
): ReadonlyMap<ClientId, string> {
  const rules = redirectRules(oauth)
  const named = [...oauth.redirects.allow, ...oauth.clients.flatMap(({ redirectUris }) => redirectUris)]
  return new Map(
    CLIENTS.flatMap((client): readonly (readonly [ClientId, string])[] => {
      const { redirects }: ClientGuide = GUIDES[client]
      const why =
        redirects && whyRefused(redirects, oauth.redirects.loopback, uri => isLetIn(uri, rules, named))
      return why === undefined ? [] : [[client, why]]
    }),
  )
}

function whyRefused(
  redirects: ClientRedirects,
  loopback: boolean,
  isLetIn: (uri: string) => boolean,
): string | undefined {
  if (redirects === 'loopback') return loopback ? undefined : NO_LOOPBACK
  const refused = redirects.uris.find(uri => !isLetIn(uri))
  if (refused === undefined) return undefined
  return `its redirect URI \`${refused}\` is not let in; an administrator can add \`${redirects.preset}\` to \`auth[].redirects.presets\``
}

const NO_LOOPBACK =
  'its redirect URI on your machine is not let in; an administrator can set `auth[].redirects.loopback: true`'

/** Where each connection has an address of its own, one that an administrator has named is enough. */
function isLetIn(
  uri: string,
  { isNamed, takesAnyWebsite }: RedirectRules,
  named: readonly string[],
): boolean {
  const { redirect } = readRedirectUri(uri.replace(/<id>$/, 'id'))
  if (redirect === undefined) return false
  if (isNamed(redirect) || (takesAnyWebsite && redirect.kind === 'https')) return true
  const isOne = ruleOfPreset(uri)
  return uri.endsWith('<id>') && named.map(readRedirectUri).some(one => one.redirect && isOne(one.redirect))
}
