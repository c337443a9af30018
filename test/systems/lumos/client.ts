/** An OAuth client of Lumos and the person in front of it, as far as requests and pages go: RFC 7591, PKCE, consent. */
import { createHash, randomBytes } from 'node:crypto'
import { Browser, type Page } from '../../oauth/browser.ts'
import { type Answer, ask } from '../ask.ts'
import type { System } from '../system.ts'
import { PUBLIC_URL } from './backend.ts'

/** The server for everybody, and that for administrators. */
export const USER = `${PUBLIC_URL}/mcp/user`
export const ADMIN = `${PUBLIC_URL}/mcp/admin`
export const SCOPES = 'lumos:user:read lumos:user:write'
/** Where a program on somebody's machine gets its codes. */
export const CALLBACK = 'http://127.0.0.1:33418/callback'

/** Parameters that are added or replaced; undefined leaves one out. */
export type Changes = Readonly<Record<string, string | undefined>>

/** Where a system is asked. */
export type Site = Pick<System, 'origin' | 'at'>

/** What a client has once it is connected. */
export interface Connection {
  readonly clientId: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly scope: string
  readonly expiresIn: number
}

/** How somebody connects a client; by default a new one, in a new browser, to the server for everybody. */
export interface Visit {
  readonly browser?: Browser
  readonly clientId?: string
  /** Of the authorization request. */
  readonly changes?: Changes
}

/** What came of an authorization request before anybody decided: the page, and what redeems its code. */
export interface Asked {
  readonly browser: Browser
  readonly clientId: string
  readonly verifier: string
  /** Where the browser has got to; a page, or the redirect to the client. */
  readonly page: Page
}

/** Registers a client (RFC 7591), each from an address of its own, as the proxy in front tells it; its id. */
export async function register(system: Site, name = 'Claude Code', redirectUri = CALLBACK): Promise<string> {
  const { body } = await ask(`${system.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.0.${randomBytes(2).join('.')}` },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri] }),
  })
  return body.client_id
}

/** Opens what a client opens in the browser: sign-in page, consent page, or the redirect where nothing is asked. */
export async function open(system: Site, visit: Visit = {}): Promise<Asked> {
  const { browser = new Browser(system.at), changes = {} } = visit
  const clientId = visit.clientId ?? (await register(system))
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL('/oauth/authorize', PUBLIC_URL)
  const parameters: Changes = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    scope: SCOPES,
    state: 'st4te',
    resource: USER,
    ...changes,
  }
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return { browser, clientId, verifier, page: await browser.follow(await browser.open(url.href), isBetween) }
}

/** Goes through the organisation's login where that is asked for; the page after it. */
export async function signIn(browser: Browser, page: Page, person: string): Promise<Page> {
  const way = page.forms.find(({ fields }) => 'way' in fields)
  if (way === undefined) return page
  const login = await browser.follow(await browser.submit(page, way), isBetween)
  const [form] = login.forms.filter(({ buttons }) => buttons.some(({ name }) => name === 'in'))
  if (form === undefined) return login
  return browser.follow(await browser.submit(login, form, { fields: { person } }), isBetween)
}

/** As {@link open}, and signs in: the consent page, or the redirect where nobody is asked any more. */
export async function openAs(system: Site, person: string, visit: Visit = {}): Promise<Asked> {
  const asked = await open(system, visit)
  return { ...asked, page: await signIn(asked.browser, asked.page, person) }
}

/** Decides on the consent page; where the browser is then sent. @throws Error where there is no such page */
export async function decide({ browser, page }: Asked, decision: 'approve' | 'deny'): Promise<URL> {
  const form = page.forms.find(({ buttons }) => buttons.some(({ value }) => value === decision))
  if (form === undefined) throw new Error(`no consent page but ${page.status}: ${page.location ?? page.html}`)
  const { location, status, html } = await browser.submit(page, form, { button: `decision=${decision}` })
  if (location === undefined) throw new Error(`no redirect but ${status}: ${html}`)
  return new URL(location)
}

/** Signs in, approves what is asked, and redeems the code. */
export async function connectAs(system: Site, person: string, visit: Visit = {}): Promise<Connection> {
  const asked = await openAs(system, person, visit)
  return redeem(system, asked, await decide(asked, 'approve'), visit.changes)
}

/** Redeems the code of a redirect. @throws Error where it is not taken */
export async function redeem(
  system: Site,
  { clientId, verifier }: Asked,
  redirect: URL,
  { resource = USER, redirect_uri = CALLBACK }: Changes = {},
): Promise<Connection> {
  const code = redirect.searchParams.get('code') ?? ''
  const grant = { grant_type: 'authorization_code', code, code_verifier: verifier }
  const { body } = await askToken(system, { ...grant, redirect_uri, client_id: clientId, resource })
  if (body.access_token === undefined) throw new Error(`not connected: ${JSON.stringify(body)}`)
  const { access_token: accessToken, refresh_token: refreshToken, scope, expires_in: expiresIn } = body
  return { clientId, accessToken, refreshToken, scope, expiresIn }
}

/** Asks for new tokens. */
export function refresh(system: Site, { clientId, refreshToken }: Connection): Promise<Answer> {
  return askToken(system, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken })
}

/** Posts a form to the token endpoint, or another one of programs. */
export function askToken(system: Site, form: Changes, path = '/oauth/token'): Promise<Answer> {
  const sent = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) if (value !== undefined) sent.set(name, value)
  return ask(system.origin + path, { method: 'POST', body: sent })
}

/** Addresses that are no client's: of the gateway and of the login, which listens on a port of its own. */
function isBetween(location: string): boolean {
  return !location.startsWith('https://claude.ai/') && !location.startsWith(CALLBACK)
}
