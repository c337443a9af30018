/** An OAuth client of Lucent and the person in front of it, as far as requests and pages go: RFC 7591, PKCE, consent. */
import { createHash, randomBytes } from 'node:crypto'
import { Browser, type Page } from '../../oauth/browser.ts'
import { type Answer, ask } from '../ask.ts'
import type { System } from '../system.ts'

export const PUBLIC_URL = 'https://app.lucenthq.com'
export const RESOURCE = `${PUBLIC_URL}/api/mcp`
/** Where claude.ai gets its codes. */
export const CALLBACK = 'https://claude.ai/api/mcp/auth_callback'

/** Parameters of a request that are added or replaced; undefined leaves one out. */
export type Changes = Readonly<Record<string, string | undefined>>

/** What a client holds before it redeems its code. */
export interface CodeHolder {
  readonly clientId: string
  readonly code: string
  readonly verifier: string
  readonly redirectUri: string
}

/** What a client has once it is connected. */
export interface Connected extends CodeHolder {
  readonly accessToken: string
  readonly refreshToken: string
}

/** How somebody connects a client; by default a new one, named Claude, in a new browser. */
export interface Visit {
  readonly browser?: Browser
  readonly clientId?: string
  readonly redirectUri?: string
}

/** Registers a client (RFC 7591). */
export function register(system: Site, redirectUri = CALLBACK, name = 'Claude'): Promise<Answer> {
  return ask(`${system.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri] }),
  })
}

/** Where a system is asked. */
export type Site = Pick<System, 'origin' | 'at'>

/** A pair of RFC 7636. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** The address that a client opens in the browser. */
export function authorizeUrl(clientId: string, challenge: string, changes: Changes = {}): string {
  const url = new URL('/oauth/authorize', PUBLIC_URL)
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    scope: 'read:lucent',
    state: 'st4te',
    resource: RESOURCE,
    ...changes,
  }
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

/** Opens an address and signs in with the product where that is asked for: the page, or the redirect, after that. */
export async function signIn(browser: Browser, url: string): Promise<Page> {
  const page = await browser.follow(await browser.open(url), isBetween)
  const form = page.forms.find(({ fields }) => 'way' in fields)
  return form === undefined ? page : browser.follow(await browser.submit(page, form), isBetween)
}

/** Decides on the consent page; where the browser is then sent. @throws Error where there is no such page */
export async function decide(browser: Browser, page: Page, decision: 'approve' | 'deny'): Promise<URL> {
  const form = page.forms.find(({ buttons }) => buttons.some(({ value }) => value === decision))
  if (form === undefined) throw new Error(`no consent page but ${page.status}: ${page.location ?? page.html}`)
  const { location, status, html } = await browser.submit(page, form, { button: `decision=${decision}` })
  if (location === undefined) throw new Error(`no redirect but ${status}: ${html}`)
  return new URL(location)
}

/** Has whoever is at the keyboard sign in and approve: a code that nobody has redeemed. */
export async function obtainCode(system: Site, visit: Visit = {}): Promise<CodeHolder> {
  const { browser = new Browser(system.at), redirectUri = CALLBACK } = visit
  const clientId = visit.clientId ?? (await register(system, redirectUri)).body.client_id
  const { verifier, challenge } = pkce()
  const page = await signIn(browser, authorizeUrl(clientId, challenge, { redirect_uri: redirectUri }))
  const code = (await decide(browser, page, 'approve')).searchParams.get('code')
  if (code === null) throw new Error('approved, and no code')
  return { clientId, code, verifier, redirectUri }
}

/** Redeems a code. */
export function redeem(system: Site, holder: CodeHolder, changes: Changes = {}): Promise<Answer> {
  return askToken(system, {
    grant_type: 'authorization_code',
    code: holder.code,
    redirect_uri: holder.redirectUri,
    client_id: holder.clientId,
    code_verifier: holder.verifier,
    resource: RESOURCE,
    ...changes,
  })
}

/** Uses a refresh token. */
export function refresh(
  system: Site,
  { clientId, refreshToken }: Pick<Connected, 'clientId' | 'refreshToken'>,
): Promise<Answer> {
  return askToken(system, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId })
}

/** Connects a client: as {@link obtainCode}, and redeems the code. */
export async function connectClient(system: Site, visit: Visit = {}): Promise<Connected> {
  const holder = await obtainCode(system, visit)
  return { ...holder, ...pairOf(await redeem(system, holder)) }
}

/** The tokens of an answer. @throws Error where it has none */
export function pairOf({ status, body }: Answer): Pick<Connected, 'accessToken' | 'refreshToken'> {
  if (status !== 200) throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`)
  return { accessToken: body.access_token, refreshToken: body.refresh_token }
}

function askToken(system: Site, form: Changes): Promise<Answer> {
  const sent = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) if (value !== undefined) sent.set(name, value)
  return ask(`${system.origin}/oauth/token`, { method: 'POST', body: sent })
}

/** The gateway's own pages, and the product's sign-in on this machine: redirects there are followed, others are the client's. */
function isBetween(location: string): boolean {
  return (
    location.startsWith(`${PUBLIC_URL}/`) || /^http:\/\/127\.0\.0\.1:\d+\/(auth|interaction)/.test(location)
  )
}
