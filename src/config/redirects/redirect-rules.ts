import { PosternError } from '../../errors.ts'
import { type RedirectUri, readRedirectUri } from '../redirect-uri.ts'
import type { OAuthConfig } from '../schema.ts'
import { matchRedirect } from './match-redirect.ts'
import { PRESETS } from './presets.ts'

/** Which redirect URIs a configuration lets in. */
export interface RedirectRules {
  /** Whether a preset, `loopback`, an entry of `allow` or a configured client says so of this one in particular. */
  readonly isNamed: (redirect: RedirectUri) => boolean
  /** Whether every other website is let in, too (`allow: [https:]`). */
  readonly takesAnyWebsite: boolean
}

/**
 * Makes the rules: known clients, loopback, what an administrator allows, and the redirect URIs of configured clients,
 * which need not be said twice.
 *
 * @throws PosternError `configuration_invalid` for an entry that the configuration’s checks would have refused
 */
export function redirectRules({
  redirects: { presets, loopback, allow },
  clients,
}: Pick<OAuthConfig, 'redirects' | 'clients'>): RedirectRules {
  const rules: readonly Rule[] = [
    ...(loopback ? [(redirect: RedirectUri) => redirect.kind === 'loopback'] : []),
    ...presets.flatMap(name => PRESETS[name].map(ruleOfPreset)),
    ...allow.filter(entry => entry !== ANY_WEBSITE).map(ruleOfEntry),
    ...clients.flatMap(client => client.redirectUris.map(ruleOfUri)),
  ]
  return {
    isNamed: redirect => rules.some(allows => allows(redirect)),
    takesAnyWebsite: allow.includes(ANY_WEBSITE),
  }
}

/**
 * Whether a URI of a preset lets a redirect URI in: equal to the letter, but for the port of loopback addresses and what
 * stands for `<id>`.
 *
 * @param preset - as {@link PRESETS} has them
 */
export function ruleOfPreset(preset: string): Rule {
  if (!preset.endsWith('/<id>')) return ruleOfUri(preset)
  const start = preset.slice(0, -'<id>'.length)
  return ({ uri }) => {
    const [, id] = ID.exec(uri) ?? []
    return id !== undefined && matchRedirect(start + id, uri)
  }
}

type Rule = RedirectRules['isNamed']

const ID = /\/([A-Za-z0-9_-]{1,128})$/

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
    message: `A redirect URI of the configuration can’t be allowed: it ${mistake}.`,
  })
}
