import { type RedirectUri, readRedirectUri } from '../../config/redirect-uri.ts'
import type { OAuthConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { oauthError } from '../oauth-error.ts'
import { matchRedirect } from './match-redirect.ts'
import { parseRedirect, shownRedirect } from './parse-redirect.ts'
import { PRESETS } from './presets.ts'
import type { RedirectPolicy, RedirectTarget } from './redirect-policy.ts'

/**
 * Makes the policy of a configuration: known clients, loopback, what an administrator allows, and the redirect URIs of
 * configured clients, which need not be said twice.
 *
 * @throws PosternError `configuration_invalid` for an entry that the configuration's checks would have refused
 */
export function createRedirectPolicy({
  redirects,
  clients,
}: Pick<OAuthConfig, 'redirects' | 'clients'>): RedirectPolicy {
  const { presets, loopback, allow } = redirects
  const rules: readonly Rule[] = [
    ...(loopback ? [(redirect: RedirectUri) => redirect.kind === 'loopback'] : []),
    ...presets.flatMap(name => PRESETS[name].map(ruleOfPreset)),
    ...allow.filter(entry => entry !== ANY_WEBSITE).map(ruleOfEntry),
    ...clients.flatMap(client => client.redirectUris.map(ruleOfUri)),
  ]
  const takesAny = allow.includes(ANY_WEBSITE)
  return {
    check(uri) {
      const redirect = parseRedirect(uri)
      if (rules.some(allows => allows(redirect))) return targetOf(redirect, true)
      if (takesAny && redirect.kind === 'https') return targetOf(redirect, false)
      throw oauthError(
        'oauth_invalid_redirect_uri',
        `The redirect URI ${shownRedirect(uri)} is not allowed here. An administrator can add it to redirects.allow of the scheme oauth.`,
      )
    },
  }
}

type Rule = (redirect: RedirectUri) => boolean

const ID = /\/([A-Za-z0-9_-]{1,128})$/

function ruleOfPreset(preset: string): Rule {
  if (!preset.endsWith('/<id>')) return ruleOfUri(preset)
  const start = preset.slice(0, -'<id>'.length)
  return ({ uri }) => {
    const [, id] = ID.exec(uri) ?? []
    return id !== undefined && matchRedirect(start + id, uri)
  }
}

/** An entry that names nobody. */
const ANY_WEBSITE = 'https:'

/** A private scheme, an origin, or a whole redirect URI: as `redirects.allow` describes them. */
function ruleOfEntry(entry: string): Rule {
  if (/^[a-z][a-z0-9+-]*\.[a-z0-9+.-]*:$/.test(entry)) {
    return ({ kind, scheme }) => kind === 'app' && scheme === entry
  }
  return /^https:\/\/[^/?]+$/.test(entry) ? ruleOfOrigin(entry) : ruleOfUri(entry)
}

function ruleOfOrigin(entry: string): Rule {
  const { host, port } = readConfigured(entry)
  return redirect => redirect.kind === 'https' && redirect.host === host && redirect.port === port
}

function ruleOfUri(allowed: string): Rule {
  readConfigured(allowed)
  return ({ uri }) => matchRedirect(allowed, uri)
}

function readConfigured(uri: string): RedirectUri {
  const { redirect, mistake } = readRedirectUri(uri)
  if (redirect !== undefined) return redirect
  throw new PosternError('configuration_invalid', {
    message: `The redirect URI ${shownRedirect(uri)} can’t be allowed: it ${mistake}.`,
  })
}

function targetOf({ uri, kind, scheme, host, port }: RedirectUri, isTrusted: boolean): RedirectTarget {
  const shown = kind === 'app' ? scheme : `${host}${port === '' ? '' : `:${port}`}`
  return Object.freeze({ uri, kind, shown, isTrusted })
}
