/** Pages whose every text was chosen by somebody who wants to break out of it, or is much too long. */
import { connectionsPage } from '../../src/console/pages/connections-page.ts'
import { consentPage } from '../../src/console/pages/consent-page.ts'
import { messagePage } from '../../src/console/pages/message-page.ts'
import { signInPage } from '../../src/console/pages/sign-in-page.ts'
import * as sample from './sample-pages.ts'

/** Texts that have broken pages. None of their marks may be in a page as they are. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  html: '<script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;</title></style></textarea><!--',
  attribute: '" onmouseover="alert(1)" autofocus onfocus=\'alert(2)\' x="',
  template: '#{alert(1)}!{{7*7}}`',
  direction: 'Acme\u202egro.live\u2066\u200f\u061c\u2069 \u202a\u200b\u00ad\ufeffCorp',
  control: 'Claude\u0000\u0007\u001b[31m\r\n\u0085\u2028\u2029\ud800Code\u{e0041}',
  long: `${'W'.repeat(300)} ${'https://example.com/'.repeat(20)}`,
  arabic: 'محاسبة سهلة (Acme) 123',
}

/** What the server itself chooses among few values; all else comes from others. */
const OWN = new Set([
  'kind',
  'origin',
  'tier',
  'autocomplete',
  'action',
  'moreConnections',
  'moreTokens',
  'first',
  'href',
  'way',
])

/** Each page with each of them in every place. */
export const HOSTILE_PAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(HOSTILE_TEXTS).flatMap(([name, text]) => [
    [`sign-in-${name}`, signInPage(filled(sample.SIGN_IN_AGAIN, text))],
    [`consent-${name}`, consentPage(filled(sample.CONSENT_UNVERIFIED, text))],
    [`consent-document-${name}`, consentPage(filled(sample.CONSENT, text))],
    [`message-${name}`, messagePage(filled(sample.ERROR, text))],
    [`connections-${name}`, connectionsPage(filled(sample.CONNECTIONS, text))],
  ]),
)

/** The same data with every text of others replaced. */
function filled<T>(data: T, text: string): T {
  if (Array.isArray(data))
    return data.map(item => (typeof item === 'string' ? text : filled(item, text))) as T
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      typeof value === 'string' && !OWN.has(key) ? text : filled(value, text),
    ]),
  ) as T
}
