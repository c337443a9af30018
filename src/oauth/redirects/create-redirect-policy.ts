import type { RedirectUri } from '../../config/redirect-uri.ts'
import { redirectRules } from '../../config/redirects/redirect-rules.ts'
import type { OAuthConfig } from '../../config/schema.ts'
import { oauthError } from '../oauth-error.ts'
import { parseRedirect, shownRedirect } from './parse-redirect.ts'
import type { RedirectPolicy, RedirectTarget } from './redirect-policy.ts'

/**
 * Makes the policy of a configuration from what it lets in (`config/redirects/redirect-rules.ts`).
 *
 * @throws PosternError `configuration_invalid` for an entry that the configuration's checks would have refused
 */
export function createRedirectPolicy(oauth: Pick<OAuthConfig, 'redirects' | 'clients'>): RedirectPolicy {
  const { isNamed, takesAnyWebsite } = redirectRules(oauth)
  return {
    check(uri) {
      const redirect = parseRedirect(uri)
      if (isNamed(redirect)) return targetOf(redirect, true)
      if (takesAnyWebsite && redirect.kind === 'https') return targetOf(redirect, false)
      throw oauthError(
        'oauth_invalid_redirect_uri',
        `The redirect URI ${shownRedirect(uri)} is not allowed here. An administrator can add it to redirects.allow of the scheme oauth.`,
      )
    },
  }
}

function targetOf({ uri, kind, scheme, host, port }: RedirectUri, isTrusted: boolean): RedirectTarget {
  const shown = kind === 'app' ? scheme : `${host}${port === '' ? '' : `:${port}`}`
  return Object.freeze({ uri, kind, shown, isTrusted })
}
