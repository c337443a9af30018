/** The rooms of the token endpoint as unit tests need them: a store, a clock, a product, clients, and all that happens. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { AskProduct } from '../../../src/auth/ask-product.ts'
import type { Principal } from '../../../src/auth/principal.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import type { Config } from '../../../src/config/config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import type { Clients } from '../../../src/oauth/clients/clients.ts'
import { createGrants } from '../../../src/oauth/grants/create-grants.ts'
import type { IssuedCode } from '../../../src/oauth/grants/grants.ts'
import type { OAuthAnswer, OAuthEvent, OAuthRequest, OAuthRoute } from '../../../src/oauth/http.ts'
import { oauthError, wireCode } from '../../../src/oauth/oauth-error.ts'
import type { Person } from '../../../src/oauth/person.ts'
import { createCredentialVerifier } from '../../../src/oauth/sign-in/verify-credential.ts'
import type { OAuthSurroundings } from '../../../src/oauth/surroundings.ts'
import type { TokenOptions } from '../../../src/oauth/tokens/give-token.ts'
import { createIntrospectionEndpoint } from '../../../src/oauth/tokens/introspection-endpoint.ts'
import { readAccessToken } from '../../../src/oauth/tokens/read-access-token.ts'
import { createRevocationEndpoint } from '../../../src/oauth/tokens/revocation-endpoint.ts'
import { createTokenEndpoint } from '../../../src/oauth/tokens/token-endpoint.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { createSigningKeys } from '../../../src/upstream/credentials/signing-keys.ts'
import { BILLING_TOOLS } from '../billing-tools.ts'
import { makeRequest } from '../make-request.ts'
import { oauthOf } from '../oauth-config.ts'

export const ISSUER = 'https://mcp.acme.example'
export const RESOURCE = `${ISSUER}/mcp`
export const CALLBACK = 'http://127.0.0.1:4711/callback'
export const VERIFIER = 'v'.repeat(43)
export const MINUTE = 60_000
export const DAY = 86_400_000

/** A public client, as most are. */
export const CLIENT: OAuthClient = {
  id: 'cli_1',
  name: 'Test client',
  origin: 'registered',
  host: undefined,
  redirectUris: [CALLBACK],
  grantTypes: new Set(['authorization_code', 'refresh_token'] as const),
  authentication: { method: 'none' },
  scopes: undefined,
  acts: undefined,
}

/** One that proves who it is: by `client_secret`, which is its id backwards. */
export const MACHINE: OAuthClient = {
  ...CLIENT,
  id: 'mch_1',
  name: 'Nightly job',
  origin: 'machine',
  redirectUris: [],
  grantTypes: new Set(['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] as const),
  authentication: { method: 'client_secret', hash: 'not looked at' },
  scopes: ['read:invoices', 'write:invoices'],
  acts: { subject: 'nightly', organization: 'org-1', roles: ['robot'] },
}

/** Somebody who came by the company's provider. */
export const ADA: Person = Object.freeze({
  subject: 'ada',
  organization: 'org-1',
  roles: ['accountant'],
  scopes: undefined,
  display: 'Ada',
  way: 'proxy',
  credential: undefined,
})

/** The same with the product's credential. */
export const ADA_BY_PRODUCT: Person = Object.freeze({
  ...ADA,
  way: 'product',
  credential: { id: 'crd_ada', headers: { authorization: 'Bearer tally_ada' } },
})

export interface RoomsOptions {
  readonly store?: (now: () => number) => Store
  readonly clock?: Clock
  readonly oauth?: object
  readonly config?: object
  readonly clients?: readonly OAuthClient[]
  readonly signing?: boolean
}

export interface Clock {
  now: number
}

/** What the product says about `tally_ada`; undefined: nothing, it is down. */
export interface ProductAnswer {
  status: number
  body: unknown
}

export type Rooms = ReturnType<typeof createRooms>

export function createRooms(options: RoomsOptions = {}) {
  const clock = options.clock ?? { now: Date.UTC(2026, 10, 21) }
  const now = () => clock.now
  const store = options.store?.(now) ?? createMemoryStore(now)
  let config = createConfig(options)
  const product: { answer: ProductAnswer | undefined; asked: number } = {
    answer: { status: 200, body: { id: 'ada', org: 'org-1', roles: ['accountant'], scopes: ['*'] } },
    asked: 0,
  }
  const ask: AskProduct = async ({ headers }) => {
    product.asked++
    if (product.answer === undefined) throw new PosternError('upstream_unavailable')
    if (headers.authorization !== 'Bearer tally_ada') return { status: 401, body: {} }
    return product.answer
  }
  const events: OAuthEvent[] = []
  const signing = createSigningKeys({ keys: [{ value: KEY }] })
  const surroundings: OAuthSurroundings = {
    store,
    now,
    baseUrl: () => ISSUER,
    config: () => config,
    oauth: () => oauthOf(config),
    policy: () => createPolicy(config),
    toolsOf: path => (config.servers.some(server => server.path === path) ? BILLING_TOOLS : undefined),
    verifyWithProduct: () => ask,
    signing: () => (options.signing === false ? undefined : signing),
    onEvent: event => events.push(event),
    onFailure: error => {
      throw error
    },
  }
  const rooms: TokenOptions = {
    surroundings,
    clients: createClients(options.clients ?? [CLIENT, { ...CLIENT, id: 'cli_2' }, MACHINE]),
    grants: createGrants(surroundings),
    verifyCredential: createCredentialVerifier(surroundings),
  }
  return {
    ...rooms,
    store,
    clock,
    product,
    events,
    signing,
    configure: (more: RoomsOptions) => {
      config = createConfig(more)
    },
    token: createTokenEndpoint(rooms),
    revocation: createRevocationEndpoint(rooms),
    introspection: createIntrospectionEndpoint(rooms),
    principalOf: (token: unknown): Promise<Principal | undefined> =>
      readAccessToken(surroundings, String(token)),
  }
}

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string

function createConfig({ oauth = {}, config = {} }: RoomsOptions): Config {
  const parsed = configSchema.parse({
    name: 'acme',
    apis: [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }],
    servers: [{ path: '/mcp' }, { path: '/mcp-other' }, { path: '/closed', auth: ['token'] }],
    auth: [
      {
        type: 'oauth',
        signIn: [
          { type: 'proxy', from: ['127.0.0.1'], subject: 'X-User' },
          {
            type: 'product',
            verify: {
              request: 'GET /me',
              subject: 'id',
              organization: 'org',
              roles: 'roles',
              scopes: 'scopes',
            },
          },
        ],
        ...oauth,
      },
      { type: 'token' },
    ],
    ...config,
  })
  return completeConfig(parsed, '/etc/postern.yaml')
}

function createClients(known: readonly OAuthClient[]): Clients {
  const find = (id: string | undefined): OAuthClient => {
    const client = known.find(one => one.id === id)
    if (client === undefined) throw oauthError('oauth_invalid_client')
    return client
  }
  return {
    find: async id => find(id),
    async authenticate(_, form) {
      const client = find(form.get('client_id'))
      const secret = form.get('client_secret')
      const isRight =
        client.authentication.method === 'none'
          ? secret === undefined
          : secret === [...client.id].reverse().join('')
      if (!isRight) throw oauthError('oauth_invalid_client')
      return client
    },
    register: () => Promise.reject(new Error('not here')),
    noteUsed: async () => {},
  }
}

/** Approves, and gives the code. */
export function approve(
  { grants }: Pick<Rooms, 'grants'>,
  { client = CLIENT, person = ADA, scopes = ['read:*', 'write:*'] as readonly string[] } = {},
): Promise<IssuedCode> {
  return grants.issueCode({
    client,
    person,
    scopes,
    request: {
      clientId: client.id,
      redirectUri: CALLBACK,
      state: undefined,
      codeChallenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      scopes,
      resource: RESOURCE,
      prompt: new Set(),
    },
  })
}

export type Form = Readonly<Record<string, string | undefined>>

export function redemption(code: string, more: Form = {}): Form {
  return {
    grant_type: 'authorization_code',
    client_id: CLIENT.id,
    code,
    code_verifier: VERIFIER,
    redirect_uri: CALLBACK,
    ...more,
  }
}

export function refreshing(token: unknown, more: Form = {}): Form {
  return { grant_type: 'refresh_token', client_id: CLIENT.id, refresh_token: String(token), ...more }
}

export function request(body: string, more: Partial<OAuthRequest> = {}): OAuthRequest {
  const requestId = randomBytes(4).toString('hex')
  return makeRequest({ method: 'POST', path: '/oauth/token', body, requestId, ...more })
}

/** What a client would see. `error` is the wire's. */
export interface Answered {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly error: string | undefined
}

/** Posts a form. Errors that are no deliberate ones are thrown. */
export async function post(route: OAuthRoute, form: Form, signal?: AbortSignal): Promise<Answered> {
  const sent = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) if (value !== undefined) sent.set(name, value)
  return answered(route.endpoint(request(sent.toString(), signal && { signal })))
}

export async function answered(answer: Promise<OAuthAnswer>): Promise<Answered> {
  try {
    const { status, body } = await answer
    const json = body !== undefined && 'json' in body ? body.json : {}
    return { status, body: json as Record<string, unknown>, error: undefined }
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    return { status: error.status, body: {}, error: wireCode(error) }
  }
}

/** Approves and redeems; what the client then has. */
export async function connect(rooms: Rooms, how: Parameters<typeof approve>[1] = {}): Promise<Connected> {
  const { code, grant } = await approve(rooms, how)
  const { status, body, error } = await post(
    rooms.token,
    redemption(code, { client_id: how.client?.id ?? CLIENT.id }),
  )
  if (status !== 200) throw new Error(`not connected: ${error}`)
  return { code, grant: grant.id, access: String(body.access_token), refresh: String(body.refresh_token) }
}

export interface Connected {
  readonly code: string
  readonly grant: string
  readonly access: string
  readonly refresh: string
}
