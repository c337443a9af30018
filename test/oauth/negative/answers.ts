/** What the browser's way may answer an attacker: a page that leads nowhere, or an error to a redirect that is good. */
import { isDeepStrictEqual } from 'node:util'
import type { Test } from 'tap'
import type { Page } from '../browser.ts'
import { PUBLIC_URL } from '../gateway.ts'

const ARMOUR = {
  type: 'text/html; charset=utf-8',
  frames: 'DENY',
  policy: [
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "style-src 'sha256-…'",
  ],
  ...{ cache: 'no-store', sniff: 'nosniff', referrer: 'same-origin', cors: null, runs: false },
}

/** How a page is kept from frames, scripts, caches and other origins. */
function armourOf({ headers, html }: Page): object {
  const policy = (headers.get('content-security-policy') ?? '').split(';').map(directive => directive.trim())
  return {
    type: headers.get('content-type'),
    frames: headers.get('x-frame-options'),
    policy: policy.map(directive => directive.replace(/'sha256-[A-Za-z0-9+/]{43}='$/, "'sha256-…'")).sort(),
    cache: headers.get('cache-control'),
    sniff: headers.get('x-content-type-options'),
    referrer: headers.get('referrer-policy'),
    cors: headers.get('access-control-allow-origin'),
    runs: /<(?:script|iframe|object|embed|base|img|link|svg|meta http)|<[^>]+\son\w+=/i.test(html),
  }
}

/** Every page is in no frame, loads and runs nothing, and is kept by nobody. */
export function isArmoured(t: Test, page: Page, about: string): void {
  t.strictSame(armourOf(page), ARMOUR, `armour: ${plain(about)}`)
}

const NOWHERE = {
  isRefused: true,
  location: null,
  refresh: null,
  cookies: [],
  forms: 0,
  links: false,
  ...ARMOUR,
}

function whereTo(page: Page, statuses: readonly number[]): object {
  const { status, headers, html, forms } = page
  return {
    isRefused: statuses.includes(status) || status,
    location: headers.get('location'),
    refresh: headers.get('refresh'),
    cookies: headers.getSetCookie(),
    forms: forms.length,
    links: /<a\b|<meta[^>]+http-equiv/i.test(html),
    ...armourOf(page),
  }
}

/** A page says it, and leads nowhere: no redirect of any kind, no link, no form, no cookie. */
export function isRefusedHere(
  t: Test,
  page: Page,
  about: string,
  statuses: readonly number[] = [400, 401],
): void {
  t.strictSame(whereTo(page, statuses), NOWHERE, plain(about))
}

/** The same of hundreds of requests, some at a time; those that are answered otherwise are shown. */
export async function areRefusedHere(
  t: Test,
  values: readonly string[],
  ask: (value: string) => Promise<Page>,
  about: string,
): Promise<void> {
  const taken: object[] = []
  for (let at = 0; at < values.length; at += 25) {
    const some = values.slice(at, at + 25)
    const pages = await Promise.all(some.map(ask))
    for (const [index, page] of pages.entries()) {
      const seen = whereTo(page, [400, 401])
      if (!isDeepStrictEqual(seen, NOWHERE)) taken.push({ value: some[index], ...seen })
    }
  }
  t.strictSame(taken, [], `${about}: ${values.length} requests`)
}

/** What an error to a client has to be. */
export interface Told {
  readonly redirect: string
  readonly error: string
  readonly state: string | undefined
  readonly about: string
}

/** The client is told, at its own redirect URI to the letter, with `iss` once, the state as it came and no code. */
export function isToldToClient(t: Test, page: Page, { redirect, error, state, about }: Told): void {
  const added = addedTo(page.headers.get('location') ?? '', redirect)
  t.strictSame(
    {
      status: page.status,
      cookies: page.headers.getSetCookie(),
      names: added && [...added.keys()].filter(name => name !== 'state'),
      error: added?.get('error'),
      iss: added?.getAll('iss'),
      state: added?.getAll('state'),
    },
    {
      ...{ status: 303, cookies: [], names: ['error', 'error_description', 'iss'], error, iss: [PUBLIC_URL] },
      state: state === undefined ? [] : [state],
    },
    plain(about),
  )
}

/** What an address has more than the redirect URI, all of it in the query; undefined where it is another address. */
export function addedTo(location: string, redirect: string): URLSearchParams | undefined {
  if (!location.startsWith(redirect)) return undefined
  const added = location.slice(redirect.length)
  const isQuery = redirect.includes('?') ? /^&?[\w.~%=&'()*!-]+$/ : /^\?[\w.~%=&'()*!-]+$/
  return isQuery.test(added) ? new URLSearchParams(added.replace(/^[?&]/, '')) : undefined
}

/** The name of an assertion, whatever it is about: one short line of ASCII. */
export function plain(about: string): string {
  return encodeURI(about.toWellFormed()).replace(/%20/g, ' ').slice(0, 200)
}
