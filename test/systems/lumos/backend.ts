/**
 * Lumos as far as its tools need it: `node test/systems/lumos/backend.ts [port]`. It knows nothing of MCP: of every
 * request it verifies the JWT that says who calls and what the client may, and decides by its own roles and data.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { verifyJwt } from '../jwt.ts'
import {
  type Call,
  createProduct,
  type Product,
  Refusal,
  type Reply,
  type Routes,
  runByHand,
} from '../product.ts'
import { type AccessRequest, type App, type Data, type Person, sampleData } from './data.ts'
import { CLIENT_SECRET, startLogin } from './login.ts'

/** The product, and the key that it has given the gateway to say with who is calling. */
export interface Lumos extends Product {
  readonly data: Data
  /** PEM of the private key. */
  readonly signingKey: string
  /** Status with which it answers questions about roles and features; undefined: it is well. */
  outage: number | undefined
}

/** Who calls, and what the client may in their name. */
interface Caller {
  readonly id: string
  readonly person: Person
  readonly scopes: readonly string[]
}

export const PUBLIC_URL = 'https://api.lumos.com'
const AUDIENCE = 'lumos-api'

/** @param issuer - the gateway's public URL, which is what its JWTs say */
export function createLumos(issuer = PUBLIC_URL): Lumos {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = createPublicKey(privateKey)
  const data = sampleData()
  const lumos: Lumos = {
    ...createProduct({
      base: '/v1',
      authenticate: headers => readCaller(headers, { key, issuer, data }),
      routes: routes(data, () => lumos.outage),
    }),
    data,
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    outage: undefined,
  }
  return lumos
}

/** What a JWT is verified with. */
interface Trust {
  readonly key: KeyObject
  readonly issuer: string
  readonly data: Data
}

function readCaller({ authorization = '' }: IncomingHttpHeaders, { key, issuer, data }: Trust): Caller {
  const claims = verifyJwt(authorization.replace(/^Bearer /, ''), key, Date.now())
  if (claims === undefined) throw new Refusal(401, 'unauthorized', 'Nobody has signed this, or it has ended.')
  const { iss, aud, sub, org, scope } = claims
  if (iss !== issuer || aud !== AUDIENCE)
    throw new Refusal(401, 'unauthorized', 'This was not signed for here.')
  const person = data.people.get(String(sub))
  if (person === undefined || person.org !== org)
    throw new Refusal(403, 'unknown_person', 'Nobody here is called so.')
  return { id: String(sub), person, scopes: String(scope).split(' ') }
}

function routes(data: Data, outage: () => number | undefined): Routes<Caller> {
  return {
    'GET /me/entitlements': ({ caller: { person } }) => {
      const { org, seat, roles } = person
      const features = [...(data.features.get(org) ?? []), ...(seat ? ['app_store'] : [])]
      return {
        status: outage() ?? 200,
        body: {
          roles: seat ? roles : [],
          features: Object.fromEntries(features.map(name => [name, true])),
        },
      }
    },
    ...storeRoutes(data),
    ...adminRoutes(data),
  }
}

function storeRoutes(data: Data): Routes<Caller> {
  const open = ({ caller: { person } }: Call<Caller>) =>
    [...data.apps.values()].filter(app => app.org === person.org && app.requestable)
  const permissionsOf = (apps: readonly App[]) =>
    data.permissions.flatMap(entry => {
      const app = apps.find(({ id }) => id === entry.app_id)
      return app === undefined ? [] : [{ ...entry, app_name: app.name }]
    })
  const openApp = (call: Call<Caller>, id: unknown): App => {
    const app = open(call).find(one => one.id === id)
    if (app === undefined) throw missing('app')
    return app
  }
  return {
    'GET /apps': guarded('lumos:user:read', call =>
      list(
        call,
        open(call)
          .filter(app => says(call, app.name, app.description))
          .map(shown),
      ),
    ),
    'GET /permissions': guarded('lumos:user:read', call =>
      list(
        call,
        permissionsOf(open(call)).filter(one => says(call, one.label, one.description)),
      ),
    ),
    'GET /apps/{app_id}/permissions': guarded('lumos:user:read', call =>
      list(call, permissionsOf([openApp(call, call.parameters.app_id)])),
    ),
    'GET /access-requests': guarded('lumos:user:read', call => {
      const { caller, query } = call
      const [whose, ...others] = query.getAll('requester_id')
      if (others.length > 0 || (whose !== caller.id && !caller.person.roles.includes('admin')))
        throw new Refusal(403, 'not_yours', 'You can see your own requests alone.')
      const status = query.get('status')
      const found = ofOrganization(data, caller).filter(one => one.requester_id === whose)
      return list(
        call,
        found.filter(one => status === null || one.status === status),
      )
    }),
    'POST /access-requests': guarded('lumos:user:write', call => {
      const { id, person } = call.caller
      if (!person.seat || !person.roles.includes('requester'))
        throw new Refusal(403, 'role_missing', 'Your role does not let you request access.')
      const { app_id, permission_ids = [], justification } = call.body as Submission
      const app = openApp(call, app_id)
      const known = permissionsOf([app]).map(one => one.id)
      if (!permission_ids.every(one => known.includes(one))) throw missing('permission of this app')
      const isPending = (one: AccessRequest) =>
        one.requester_id === id && one.app_id === app_id && one.status === 'pending'
      if (data.requests.some(isPending)) throw new Refusal(409, 'pending', 'You have asked for it already.')
      const made: AccessRequest = {
        ...{ id: `req_${data.requests.length + 1}`, requester_id: id, app_id, permission_ids, justification },
        ...{ status: 'pending', submitted_at: new Date().toISOString() },
      }
      data.requests.push(made)
      return { status: 201, body: made }
    }),
  }
}

type Submission = Pick<AccessRequest, 'app_id' | 'justification'> & { permission_ids?: readonly string[] }

function adminRoutes(data: Data): Routes<Caller> {
  return {
    'GET /admin/apps': administered('lumos:admin:apps', call =>
      list(call, [...data.apps.values()].filter(({ org }) => org === call.caller.person.org).map(shown)),
    ),
    'PATCH /admin/apps/{app_id}': administered('lumos:admin:apps', ({ caller, parameters, body }) => {
      const app = data.apps.get(parameters.app_id ?? '')
      if (app?.org !== caller.person.org) throw missing('app')
      const changed = { ...app, requestable: (body as App).requestable }
      data.apps.set(app.id, changed)
      return { body: shown(changed) }
    }),
    'GET /admin/access-requests': administered('lumos:admin:requests', call =>
      list(
        call,
        ofOrganization(data, call.caller).filter(({ status }) => status === 'pending'),
      ),
    ),
    'PUT /admin/access-requests/{id}/decision': administered('lumos:admin:requests', call => {
      const found = ofOrganization(data, call.caller).find(({ id }) => id === call.parameters.id)
      if (found === undefined) throw missing('request')
      if (found.status !== 'pending') throw new Refusal(409, 'decided', 'This has been decided.')
      const { decision } = call.body as { readonly decision: 'approved' | 'denied' }
      const decided = { ...found, status: decision }
      data.requests.splice(data.requests.indexOf(found), 1, decided)
      return { body: decided }
    }),
  }
}

function guarded(scope: string, handle: (call: Call<Caller>) => Reply): (call: Call<Caller>) => Reply {
  return call => {
    if (call.caller.scopes.includes(scope)) return handle(call)
    throw new Refusal(403, 'insufficient_scope', `This needs ${scope}.`)
  }
}

function administered(scope: string, handle: (call: Call<Caller>) => Reply): (call: Call<Caller>) => Reply {
  return guarded(scope, call => {
    if (call.caller.person.roles.includes('admin')) return handle(call)
    throw new Refusal(403, 'role_missing', 'Your role does not let you do this.')
  })
}

/** Requests of the caller's organisation, the newest first. */
function ofOrganization(data: Data, { person }: Caller): readonly AccessRequest[] {
  return data.requests
    .filter(one => data.people.get(one.requester_id)?.org === person.org)
    .toSorted((a, b) => b.submitted_at.localeCompare(a.submitted_at))
}

/** Whether texts have every word of the query. */
function says({ query }: Call<Caller>, ...texts: readonly string[]): boolean {
  const text = texts.join(' ').toLowerCase()
  return (query.get('query') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}

function list({ query }: Call<Caller>, rows: readonly object[]): Reply {
  return { body: { data: rows.slice(0, Number(query.get('limit') ?? 25)) } }
}

/** An app without its organisation, which is nothing to look at. */
function shown({ org: _, ...app }: App): Omit<App, 'org'> {
  return app
}

/** What another organisation has is not there. */
function missing(what: string): Refusal {
  return new Refusal(404, 'not_found', `There is no such ${what}.`)
}

if (import.meta.main) {
  const publicUrl = process.env.PUBLIC_URL ?? PUBLIC_URL
  const product = createLumos(publicUrl)
  const { issuer } = await startLogin({ publicUrl })
  await runByHand(product, [
    `export PUBLIC_URL=${publicUrl} LUMOS_URL=http://127.0.0.1:${process.argv[2] ?? 4020}/v1`,
    `export LUMOS_ISSUER=${issuer} LUMOS_OIDC_SECRET=${CLIENT_SECRET}`,
    `export LUMOS_SIGNING_KEY='${product.signingKey.trim()}'`,
    `who can sign in: ${[...product.data.people.keys()].join(', ')}`,
  ])
}
