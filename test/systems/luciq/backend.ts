/**
 * Luciq as far as its tools need it: `node test/systems/luciq/backend.ts [port]`. The shared cluster, which also knows
 * every account, and the cluster of one tenant beside it. Each checks by itself, for every request, that e-mail and
 * token belong together, that the account is its own, and which applications and environments it was granted.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Call, createProduct, type Product, Refusal, type Routes, runByHand } from '../product.ts'
import { type Application, type Crash, type Data, type Environment, sampleData } from './data.ts'

/** Environments that an account may see, by slug of the application. */
export type Grants = Readonly<Record<string, readonly Environment[]>>

/** What a caller presents. */
export interface Pair extends Readonly<Record<string, string>> {
  readonly Email: string
  readonly Token: string
}

export interface AccountOptions {
  /** Default: one that nobody else has. */
  readonly email?: string
  /** Name of the cluster, `shared` by default; null: the directory knows none. */
  readonly cluster?: string | null
  /** Default: LuciqAI on iOS, in production. */
  readonly grants?: Grants
}

/** The product, and what its support team can do. */
export interface Luciq extends Product {
  readonly data: Data
  /** The cluster of the tenant `northwind`. */
  readonly northwind: Product & { readonly data: Data }
  /** Makes an account and its token. */
  readonly account: (options?: AccountOptions) => Pair
  /** Ends the token of an account and makes another one. */
  readonly rotate: (email: string) => Pair
  /** Moves an account to another cluster. */
  readonly move: (email: string, cluster: string | null) => void
  /** What the product does wrong. */
  readonly faults: Faults
  /** Changes what an account may see. */
  readonly grant: (email: string, grants: Grants) => void
}

interface Faults {
  /** Only the token is looked at, as if it alone said who calls. */
  ignoresEmail: boolean
}

interface Account {
  readonly id: string
  readonly email: string
  readonly token: string
  readonly cluster: string | null
  readonly grants: Grants
}

type Accounts = Map<string, Account>

const USUAL: Grants = { luciqai: ['production'] }

export function createLuciq(): Luciq {
  const accounts: Accounts = new Map()
  const faults: Faults = { ignoresEmail: false }
  const shared = createCluster('shared', accounts, faults)
  const keep = (account: Account): Pair => {
    accounts.set(account.email, account)
    return { Email: account.email, Token: account.token }
  }
  return {
    ...shared,
    northwind: createCluster('northwind', accounts, faults),
    faults,
    account({ email, cluster = 'shared', grants = USUAL } = {}) {
      const id = `usr_${accounts.size + 1}`
      return keep({ id, email: email ?? `${id}@luciq.example`, token: newToken(), cluster, grants })
    },
    rotate: email => keep({ ...known(accounts, email), token: newToken() }),
    move: (email, cluster) => void keep({ ...known(accounts, email), cluster }),
    grant: (email, grants) => void keep({ ...known(accounts, email), grants }),
  }
}

function createCluster(
  cluster: string,
  accounts: Accounts,
  faults: Faults,
): Product & { readonly data: Data } {
  const data = sampleData(cluster)
  const authenticate = ({ email, token }: IncomingHttpHeaders): Account => {
    const account = faults.ignoresEmail
      ? [...accounts.values()].find(each => each.token === token)
      : accounts.get(String(email).toLowerCase())
    if (account === undefined || account.token !== token) throw unauthorized()
    return account
  }
  return { ...createProduct({ base: '/api/v1', authenticate, routes: routes(cluster, data) }), data }
}

function routes(cluster: string, data: Data): Routes<Account> {
  const crashOf = ({ caller, parameters }: Call<Account>): Crash => {
    const found = data.crashes.get(parameters.crash ?? '')
    if (found === undefined || found.application !== parameters.application) throw missing()
    if (!granted(caller, found.application).includes(found.environment)) throw missing()
    return found
  }
  const own: Routes<Account> = {
    'GET /applications': ({ caller }) => ({
      body: {
        data: data.applications.filter(({ slug }) => granted(caller, slug).length > 0).map(seenBy(caller)),
      },
    }),
    'GET /applications/{application}/crashes': call => ({ body: page(call, data) }),
    'GET /applications/{application}/crashes/{crash}': call => ({ body: crashOf(call) }),
    'PATCH /applications/{application}/crashes/{crash}': call => {
      const changed = { ...crashOf(call), ...(call.body as Pick<Crash, 'status'>) }
      data.crashes.set(changed.id, changed)
      return { body: changed }
    },
    'GET /applications/{application}/crashes/{crash}/stack-trace': call => {
      const { id, title } = crashOf(call)
      const [exception] = title.split(' ')
      return { body: { crash: id, exception, thread: 'main', frames: data.traces.get(id) ?? [] } }
    },
  }
  const guarded = Object.entries(own).map(([route, handle]): [string, Routes<Account>[string]] => [
    route,
    call => {
      if (call.caller.cluster !== cluster) throw unauthorized()
      return handle(call)
    },
  ])
  if (cluster !== 'shared') return Object.fromEntries(guarded)
  // The directory of all clusters.
  const me: Routes<Account>[string] = ({ caller: { id, email, cluster } }) => ({
    body: { user: { id, email }, cluster },
  })
  return { 'GET /me': me, ...Object.fromEntries(guarded) }
}

function page({ caller, parameters, query }: Call<Account>, data: Data) {
  const slug = parameters.application ?? ''
  const environments = granted(caller, slug)
  if (environments.length === 0 || data.applications.every(each => each.slug !== slug)) throw missing()
  const asked = (name: string, value: string) => query.get(name) === null || query.get(name) === value
  const found = [...data.crashes.values()]
    .filter(crash => crash.application === slug && environments.includes(crash.environment))
    .filter(({ environment, status }) => asked('environment', environment) && asked('status', status))
    .filter(({ last_seen }) => last_seen >= (query.get('since') ?? ''))
    .toSorted((a, b) => b.last_seen.localeCompare(a.last_seen))
  const start = Number(query.get('cursor') ?? 0)
  const end = start + Number(query.get('limit') ?? 20)
  return { data: found.slice(start, end).map(summary), next_cursor: end < found.length ? String(end) : null }
}

/** An entry of a list. */
function summary({ id, title, environment, status, occurrences, last_seen }: Crash) {
  return { id, title, environment, status, occurrences, last_seen }
}

function seenBy(caller: Account): (application: Application) => Application {
  return application => ({
    ...application,
    environments: application.environments.filter(each => granted(caller, application.slug).includes(each)),
  })
}

function granted({ grants }: Account, slug: string): readonly Environment[] {
  return Object.hasOwn(grants, slug) ? (grants[slug] ?? []) : []
}

function known(accounts: Accounts, email: string): Account {
  const account = accounts.get(email)
  if (account === undefined) throw new Error(`nobody is ${email}`)
  return account
}

function newToken(): string {
  return `tok${randomBytes(18).toString('hex')}`
}

function unauthorized(): Refusal {
  return new Refusal(401, 'unauthorized', 'E-mail and token are not those of an account here.')
}

/** What was not granted is not there. */
function missing(): Refusal {
  return new Refusal(404, 'not_found', 'There is no such thing among your applications.')
}

if (import.meta.main) {
  const product = createLuciq()
  const url = await product.northwind.listen(Number(process.argv[2] ?? 4020) + 1)
  const told = (name: string, { Email, Token }: Pair) => `${name}: Email: ${Email}, Token: ${Token}`
  const courier = { 'northwind-courier': ['production'] } as const
  await runByHand(product, [
    told('shared', product.account({ grants: { luciqai: ['production', 'beta'] } })),
    told(url, product.account({ cluster: 'northwind', grants: courier })),
  ])
}
