/** The browser's way as unit tests need it: all its endpoints, a store, a clock, a product, clients, and browsers. */
import type { AskProduct } from '../../../src/auth/ask-product.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import type { Config } from '../../../src/config/config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import { createAuthorizationRoutes } from '../../../src/oauth/authorize/authorization-routes.ts'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import { createGrants } from '../../../src/oauth/grants/create-grants.ts'
import type { OAuthEvent, OAuthRoute } from '../../../src/oauth/http.ts'
import { oauthError } from '../../../src/oauth/oauth-error.ts'
import { createRedirectPolicy } from '../../../src/oauth/redirects/create-redirect-policy.ts'
import { createSessions } from '../../../src/oauth/sign-in/sessions.ts'
import type { OAuthSurroundings } from '../../../src/oauth/surroundings.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { BILLING_TOOLS } from '../billing-tools.ts'
import { type Form, readForms } from '../browser.ts'
import { makeRequest } from '../make-request.ts'
import { oauthOf } from '../oauth-config.ts'

export const ISSUER = 'https://mcp.acme.example'
export const RESOURCE = `${ISSUER}/mcp`
export const CLAUDE = 'https://claude.ai/api/mcp/auth_callback'
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const MINUTE = 60_000

export const CLIENT: OAuthClient = {
  id: 'cli_1',
  name: 'Claude',
  origin: 'registered',
  host: undefined,
  redirectUris: [CLAUDE, 'http://localhost/callback', 'cursor://anysphere.cursor-mcp/oauth/callback'],
  grantTypes: new Set(['authorization_code', 'refresh_token'] as const),
  authentication: { method: 'none' },
  scopes: undefined,
  acts: undefined,
}

export const PRODUCT_WAY = {
  type: 'product',
  title: 'Tallybook',
  headers: ['Email', 'Token'],
  labels: ['E-mail', 'API token'],
  subject: 'Email',
  help: 'https://tally.example/tokens',
  verify: { request: 'GET /me', subject: 'id', organization: 'org', roles: 'roles', identity: 'email' },
}
export const PROXY_WAY = { type: 'proxy', from: ['10.0.0.1'], subject: 'X-User', roles: 'X-Roles' }

export interface RoomsOptions {
  readonly oauth?: object
  readonly config?: object
  readonly clients?: readonly OAuthClient[]
  readonly baseUrl?: string
}

/** A page, a redirect or an error, as a browser would have it. */
export interface Seen {
  readonly status: number
  /** Code of `errors.ts` where it was thrown. */
  readonly error: string | undefined
  readonly message: string
  /** Where the browser goes by itself: of `Location` or `Refresh`. */
  readonly location: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly html: string
  readonly forms: readonly Form[]
}

export type Rooms = ReturnType<typeof createRooms>
export type TestBrowser = ReturnType<Rooms['browser']>

export function createRooms(options: RoomsOptions = {}) {
  const clock = { now: Date.UTC(2026, 10, 21) }
  const now = () => clock.now
  const store = createMemoryStore(now)
  let config = createConfig(options)
  const product = { asked: [] as Parameters<AskProduct>[0][], isDown: false, good: new Set(['s3cret']) }
  const ask: AskProduct = async question => {
    product.asked.push(question)
    if (product.isDown) throw new PosternError('upstream_unavailable')
    const { email = '', token = '' } = question.headers
    if (!product.good.has(token)) return { status: 401, body: {} }
    return { status: 200, body: { id: 'u-1', org: 'org-1', roles: ['accountant'], email } }
  }
  const clients = new Map((options.clients ?? [CLIENT]).map(client => [client.id, client]))
  const used: string[] = []
  const events: OAuthEvent[] = []
  const failures: unknown[] = []
  const surroundings: OAuthSurroundings = {
    store,
    now,
    baseUrl: () => options.baseUrl ?? ISSUER,
    config: () => config,
    oauth: () => oauthOf(config),
    policy: () => createPolicy(config),
    toolsOf: path => (config.servers.some(server => server.path === path) ? BILLING_TOOLS : undefined),
    verifyWithProduct: () => ask,
    signing: () => undefined,
    onEvent: event => events.push(event),
    onFailure: error => failures.push(error),
  }
  const grants = createGrants(surroundings)
  const rooms = {
    surroundings,
    grants,
    redirects: createRedirectPolicy(oauthOf(config)),
    clients: {
      find: async (id: string) => clients.get(id) ?? Promise.reject(oauthError('oauth_invalid_client')),
      noteUsed: async ({ id }: OAuthClient) => {
        used.push(id)
      },
    },
  }
  const routes = createAuthorizationRoutes(rooms)
  return {
    ...rooms,
    store,
    clock,
    product,
    events,
    failures,
    used,
    knownClients: clients,
    routes,
    sessions: createSessions(surroundings),
    configure(more: RoomsOptions) {
      config = createConfig(more)
    },
    browser: (from = '192.0.2.1') => createBrowser(routes, from),
  }
}

export function createConfig({ oauth = {}, config = {} }: RoomsOptions): Config {
  const parsed = configSchema.parse({
    name: 'acme',
    title: 'Acme Billing',
    publicUrl: ISSUER,
    apis: [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }],
    servers: [{ path: '/mcp' }, { path: '/mcp-other' }, { path: '/closed', auth: ['token'] }],
    auth: [{ type: 'oauth', signIn: [PRODUCT_WAY], ...oauth }, { type: 'token' }],
    ...config,
  })
  return completeConfig(parsed, '/etc/postern.yaml')
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly peer?: string
}

function createBrowser(routes: readonly OAuthRoute[], from: string) {
  const cookies: Record<string, string | undefined> = {}

  async function ask(method: string, url: string, body: string, options: AskOptions): Promise<Seen> {
    const { pathname, search } = new URL(url, ISSUER)
    const route = routes.find(one => one.method === method && one.paths.includes(pathname))
    if (route === undefined) throw new Error(`nothing at ${method} ${pathname}`)
    try {
      const answer = await route.endpoint(
        makeRequest({
          method,
          path: pathname,
          query: search.slice(1),
          headers: options.headers ?? {},
          cookies: { ...cookies },
          body,
          from,
          peer: options.peer ?? from,
        }),
      )
      for (const { name, value } of answer.cookies ?? []) {
        if (value === undefined) delete cookies[name]
        else cookies[name] = value
      }
      const html = answer.body !== undefined && 'html' in answer.body ? answer.body.html : ''
      const headers = answer.headers ?? {}
      const location = headers.location ?? /^0;url=(.*)$/.exec(headers.refresh ?? '')?.[1]
      return {
        status: answer.status,
        error: undefined,
        message: '',
        location,
        headers,
        html,
        forms: readForms(html),
      }
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      const { status, code, message, headers = {} } = error
      return { status, error: code, message, location: undefined, headers, html: '', forms: [] }
    }
  }

  return {
    cookies,
    /** Goes to an address of the server. */
    get: (url: string, options: AskOptions = {}) => ask('GET', url, '', options),
    /** Sends a form, whatever page it is from. */
    post: (url: string, fields: Readonly<Record<string, string>>, options: AskOptions = {}) =>
      ask('POST', url, new URLSearchParams(fields).toString(), options),
    /** Sends a form of a page, with some fields changed, left out, or added. */
    submit(
      form: Form | undefined,
      changes: Readonly<Record<string, string | undefined>> = {},
      options: AskOptions = {},
    ) {
      if (form === undefined) throw new Error('there is no such form')
      const fields = Object.entries({ ...form.fields, ...changes })
      const sent = fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
      return this.post(form.action, Object.fromEntries(sent), options)
    },
    /** Follows redirects on this server. */
    async follow(page: Seen, options: AskOptions = {}): Promise<Seen> {
      let at = page
      for (let count = 0; at.location?.startsWith('/') === true; count++) {
        if (count === 5) throw new Error('redirects without end')
        at = await this.get(at.location, options)
      }
      return at
    },
    /** Opens what a client sends the browser to, and ends at the page that asks something. */
    async begin(
      more: Readonly<Record<string, string | undefined>> = {},
      options: AskOptions = {},
    ): Promise<Seen> {
      return this.follow(await this.get(authorizePath(more), options), options)
    },
    /** From the beginning to the consent page, signed in as the product's user. */
    async toConsent(more: Readonly<Record<string, string | undefined>> = {}): Promise<Seen> {
      const page = await this.begin(more)
      return this.follow(await this.submit(page.forms[0], { field0: 'ada@acme.example', field1: 's3cret' }))
    },
  }
}

/** What a client opens; undefined leaves a parameter out. */
export function authorizePath(more: Readonly<Record<string, string | undefined>> = {}): string {
  const all = {
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: CLAUDE,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'st4te',
    resource: RESOURCE,
    ...more,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value)
  return `/oauth/authorize?${query}`
}

/** The form of a page that has a button of this value. */
export function formWith(page: Seen, value: string): Form | undefined {
  return page.forms.find(({ buttons }) => buttons.some(button => button.value === value))
}
