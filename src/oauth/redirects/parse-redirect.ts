import { type RedirectUri, readRedirectUri } from '../../config/redirect-uri.ts'
import { oauthError } from '../oauth-error.ts'

/**
 * A redirect URI taken apart, where all its readers take it apart alike. Whether it is allowed is the policy's to say.
 *
 * @throws PosternError `oauth_invalid_redirect_uri`
 */
export function parseRedirect(uri: string): RedirectUri {
  const { redirect, mistake } = readRedirectUri(uri)
  if (redirect !== undefined) return redirect
  throw oauthError(
    'oauth_invalid_redirect_uri',
    `The redirect URI ${shownRedirect(uri)} can’t be used: it ${mistake}.`,
  )
}

/** A redirect URI that may be anything, as messages show it: short, and without what could be taken for markup. */
export function shownRedirect(uri: string): string {
  const plain = uri.replace(/[^\x21-\x7e]|["'<>\\`]/g, '?')
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)}…` : plain
}

const MOST_SHOWN = 128
