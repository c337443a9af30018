/**
 * Gateways with the authorization server, as the negative cases need them: real ones in front of the demo product, on
 * SQLite or Redis, one or several on the same store, under one public name, with a clock that tests move.
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { type App, createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createDemoBackend, type DemoBackend } from '../../src/demo/backend.ts'
import { createLog } from '../../src/log.ts'
import type { FetchDocumentOptions } from '../../src/oauth/clients/fetch-document.ts'
import { type RedisServer, startRedis, withoutRedis } from '../store/start-redis.ts'
import { Browser, type Page } from './browser.ts'

/** Where state is kept; every negative case is shown over both. */
export const STORES = ['sqlite', 'redis'] as const
export type StoreType = (typeof STORES)[number]

/** What `skip` of a test over this store is. */
export function withoutStore(store: StoreType): string | false {
  return store === 'redis' ? withoutRedis() : false
}

/** What people and programs know the gateways as; asked at a port of this machine. */
export const PUBLIC_URL = 'https://mcp.acme.example'
/** The MCP server that tokens are for. */
export const RESOURCE = `${PUBLIC_URL}/mcp`
/** A redirect that the presets allow. */
export const CLAUDE_CALLBACK = 'https://claude.ai/api/mcp/auth_callback'

export interface OAuthGatewayOptions {
  readonly store?: StoreType
  /** How many gateways share the store; default 1. */
  readonly nodes?: number
  /** The server of `store: redis`, where a test stops it itself; default: one of its own. */
  readonly redis?: Pick<RedisServer, 'url'>
  /** The file of `store: sqlite`, where a test opens it as well; default: one of its own. */
  readonly path?: string
  /** Members of `auth[]` of type `oauth`, over the defaults below. */
  readonly oauth?: object
  /** Further members of the configuration, over the defaults below. */
  readonly config?: object
  /** How metadata documents are fetched. */
  readonly documents?: FetchDocumentOptions
}

/** Some gateways and what tests need to talk to them. */
export interface OAuthGateway {
  readonly nodes: readonly OAuthNode[]
  readonly node: OAuthNode
  readonly product: DemoBackend
  readonly productUrl: string
  /** Moves the clock that all nodes look at. Redis counts the life of records by its own. */
  readonly clock: { now: () => number; advance: (milliseconds: number) => void }
  /** The text of what the nodes have audited so far. */
  readonly written: () => string
  /** The text of what the nodes have logged so far, on every level. */
  readonly logged: () => string
}

/** One gateway of this process. */
export interface OAuthNode extends OAuthDoor {
  readonly app: App
}

/** Where a gateway is asked, in whatever process it runs. */
export interface OAuthDoor {
  /** `http://127.0.0.1:…` */
  readonly origin: string
  /** Where a URL of the public name is really asked. */
  readonly at: (url: string) => string
  readonly browser: () => Browser
}

const OPENAPI = fileURLToPath(new URL('../../openapi/invoicing.yaml', import.meta.url))

const ME = {
  request: 'GET /v1/me',
  subject: 'id',
  organization: 'organization.id',
  scopes: 'token.scopes',
  roles: 'roles',
  cache: 0,
}

/** Starts product, store and gateways; all end with the test. */
export async function startGateway(t: Test, options: OAuthGatewayOptions = {}): Promise<OAuthGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-oauth-'))
  const product = createDemoBackend({ path: join(directory, 'product.db') })
  const productUrl = await product.listen({ host: '127.0.0.1', port: 0 })
  const redis = options.store === 'redis' ? (options.redis ?? (await startRedis(t))) : undefined
  const store = redis
    ? { type: 'redis', url: redis.url }
    : { type: 'sqlite', path: options.path ?? join(directory, 'postern.db') }
  const file = join(directory, 'postern.yaml')
  const auditFile = join(directory, 'audit.log')
  writeFileSync(
    file,
    stringify({ ...configuration(productUrl, options), store, audit: { to: 'file', path: auditFile } }),
  )
  let ahead = 0
  const now = () => Date.now() + ahead
  const apps: App[] = []
  let logged = ''
  const log = createLog('trace', { write: line => (logged += line) })
  const given = { ...(options.documents !== undefined && { documents: options.documents }), now }
  for (let count = 0; count < (options.nodes ?? 1); count++) {
    const config = loadConfig(file, { env: {} })
    apps.push(await createApp(config, { version: '0.0.0-test', log, ...given }))
  }
  const nodes = await Promise.all(apps.map(listening))
  const [node] = nodes
  if (node === undefined) throw new Error('no node')
  t.teardown(async () => {
    await Promise.all(apps.map(app => app.close()))
    await product.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    nodes,
    node,
    product,
    productUrl,
    clock: { now, advance: milliseconds => (ahead += milliseconds) },
    written() {
      for (const app of apps) app.audit.flush()
      return readFileSync(auditFile, 'utf8')
    },
    logged: () => logged,
  }
}

/** The configuration's members, all but store and audit. */
export function configuration(productUrl: string, { oauth = {}, config = {} }: OAuthGatewayOptions): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    name: 'acme',
    title: 'Acme Billing',
    publicUrl: PUBLIC_URL,
    listen: { host: '127.0.0.1', port: 0 },
    apis: [
      {
        name: 'invoicing',
        openapi: OPENAPI,
        upstream: productUrl,
        // The person's own credential, given when the client was connected.
        credentials: { type: 'sealed', headers: ['Authorization'], schemes: ['oauth'] },
        tools: { exclude: [{ operation: 'getMe' }] },
      },
    ],
    auth: [
      { type: 'token' },
      {
        type: 'oauth',
        signIn: [{ type: 'product', title: 'Tallybook', labels: ['Personal access token'], verify: ME }],
        registration: { perAddress: 1_000 },
        ...oauth,
      },
    ],
    signing: { keys: [{ value: privateKey.export({ type: 'pkcs8', format: 'pem' }) }] },
    sealing: { keys: [{ value: randomBytes(32).toString('base64') }] },
    ...config,
  }
}

async function listening(app: App): Promise<OAuthNode> {
  const origin = await app.listen()
  return { app, ...doorAt(origin) }
}

/** @param origin - `http://127.0.0.1:…` */
export function doorAt(origin: string): OAuthDoor {
  const at = (url: string) => (url.startsWith(`${PUBLIC_URL}/`) ? origin + url.slice(PUBLIC_URL.length) : url)
  return { origin, at, browser: () => new Browser(at) }
}

/** A pair of RFC 7636. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Registers a public client. */
export async function register(node: OAuthDoor, metadata: object = {}): Promise<string> {
  const answer = await fetch(`${node.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Test client', redirect_uris: [CLAUDE_CALLBACK], ...metadata }),
  })
  const body = (await answer.json()) as { client_id?: string }
  if (body.client_id === undefined)
    throw new Error(`not registered: ${answer.status} ${JSON.stringify(body)}`)
  return body.client_id
}

/** What an authorization request asks for; undefined leaves a parameter out. */
export interface AuthorizeParameters {
  readonly [name: string]: string | undefined
}

/** The address that a client opens in the browser. */
export function authorizeUrl(clientId: string, challenge: string, more: AuthorizeParameters = {}): string {
  const url = new URL('/oauth/authorize', PUBLIC_URL)
  const parameters: AuthorizeParameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CLAUDE_CALLBACK,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'st4te',
    resource: RESOURCE,
    ...more,
  }
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

/** True for addresses of the gateway itself: redirects there are followed, others are the client's. */
export function isOwn(location: string): boolean {
  return location.startsWith(`${PUBLIC_URL}/`)
}

/** Opens the address and signs in with the product's own token; the consent page. */
export async function signIn(browser: Browser, url: string, credential: string): Promise<Page> {
  const page = await browser.follow(await browser.open(url), isOwn)
  const form = page.forms.find(({ fields }) => 'field0' in fields)
  if (form === undefined) return page
  return browser.follow(await browser.submit(page, form, { fields: { field0: credential } }), isOwn)
}

/** Approves, or denies, on the consent page; where the browser is then sent. */
export async function decide(browser: Browser, page: Page, decision: 'approve' | 'deny'): Promise<URL> {
  const form = page.forms.find(({ buttons }) => buttons.some(({ value }) => value === decision))
  if (form === undefined) throw new Error(`no consent page but ${page.status}: ${page.html}`)
  const answer = await browser.submit(page, form, { button: `decision=${decision}` })
  if (answer.location === undefined) throw new Error(`no redirect but ${answer.status}: ${answer.html}`)
  return new URL(answer.location)
}

/** Posts a form to an endpoint that programs call. */
export async function postForm(
  node: OAuthDoor,
  path: string,
  form: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  const sent = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) if (value !== undefined) sent.set(name, value)
  const answer = await fetch(node.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: sent.toString(),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** What a client holds before it redeems its code. */
export interface CodeHolder {
  readonly clientId: string
  readonly code: string
  readonly verifier: string
}

/** What a client has once it is connected. */
export interface Connected extends CodeHolder {
  readonly accessToken: string
  readonly refreshToken: string
}

/** How a client comes to a code; by default a fresh one that registers itself. */
export interface CodeOptions {
  readonly node?: OAuthDoor
  readonly clientId?: string
  /** Of the registration. */
  readonly metadata?: object
  /** Of the authorization request. */
  readonly parameters?: AuthorizeParameters
  /** Of the product's own credential. */
  readonly scopes?: readonly string[]
}

type Site = { readonly node: OAuthDoor; readonly product: DemoBackend }

/** Has the demo product's user sign in and approve; a code that nobody has redeemed. */
export async function obtainCode(site: Site, options: CodeOptions = {}): Promise<CodeHolder> {
  const { node = site.node, metadata, parameters, scopes = ['*'] } = options
  const clientId = options.clientId ?? (await register(node, metadata))
  const { verifier, challenge } = pkce()
  const browser = node.browser()
  const url = authorizeUrl(clientId, challenge, parameters)
  const page = await signIn(browser, url, site.product.credentials.pat(scopes))
  const code = (await decide(browser, page, 'approve')).searchParams.get('code')
  if (code === null) throw new Error('approved, and no code')
  return { clientId, code, verifier }
}

/** Connects a client: as {@link obtainCode}, and redeems the code. */
export async function connect(site: Site, options: CodeOptions = {}): Promise<Connected> {
  const { node = site.node } = options
  const holder = await obtainCode(site, options)
  const { status, body } = await postForm(node, '/oauth/token', {
    grant_type: 'authorization_code',
    code: holder.code,
    redirect_uri: options.parameters?.redirect_uri ?? CLAUDE_CALLBACK,
    client_id: holder.clientId,
    code_verifier: holder.verifier,
    resource: options.parameters?.resource ?? RESOURCE,
  })
  const { access_token, refresh_token } = body
  if (typeof access_token !== 'string' || typeof refresh_token !== 'string') {
    throw new Error(`not connected: ${status} ${JSON.stringify(body)}`)
  }
  return { ...holder, accessToken: access_token, refreshToken: refresh_token }
}

/** Asks an MCP server for its tools. */
export function listTools(node: OAuthDoor, token: string | undefined, path = '/mcp'): Promise<Response> {
  return fetch(node.origin + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  })
}
