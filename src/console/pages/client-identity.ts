import { type Markup, markup } from './markup.ts'
import type { PageClient, PageRedirect } from './page-data.ts'

/** Whose the client is, and what of that is known: badges. */
export function clientBadges({ origin, host }: PageClient): Markup {
  if (origin === 'configured' || origin === 'machine')
    return markup`<p class="badges"><span class="badge good">Known here</span> <span class="small soft">set up by the administrators of this gateway</span></p>`
  return markup`<p class="badges">${
    host === undefined
      ? markup`<span class="badge care">Third-party</span> <span class="small">this name is not verified</span>`
      : markup`<span class="badge">Third-party</span> <span class="small">verified: <bdi><strong>${host}</strong></bdi></span>`
  }</p>`
}

/**
 * What to think of before trusting a client; undefined where there is nothing to say. A document says whose the client
 * is, and not which program on this machine has taken the port or the scheme that the answer goes to, whatever other
 * addresses it names.
 *
 * @param redirect - where the answer goes; undefined where that is not the question yet
 */
export function clientWarning(
  { origin }: PageClient,
  redirect: PageRedirect | undefined,
): Markup | undefined {
  if (origin === 'registered')
    return note(
      'Any program can call itself by this name.',
      'Go on only if you began this connection yourself, just now.',
    )
  if (origin === 'document' && redirect !== undefined && redirect.kind !== 'https')
    return note(
      'Any program on your computer can pretend to be this app.',
      'Go on only if you began this connection yourself, just now, in an app that you trust.',
    )
  return undefined
}

function note(what: string, then: string): Markup {
  return markup`<p class="note care"><strong>${what}</strong> ${then}</p>`
}

/** Where the browser goes with the answer, in words. */
export function redirectWords({ kind, shown }: PageRedirect): Markup {
  const host = markup`<bdi><strong>${shown}</strong></bdi>`
  if (kind === 'https') return markup`the website ${host}`
  return kind === 'loopback'
    ? markup`a program on this computer, ${host}`
    : markup`an app on this device, ${host}`
}
