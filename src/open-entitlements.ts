import { createEntitlements, type Entitle } from './auth/entitlements/create-entitlements.ts'
import type { Authenticated } from './auth/principal.ts'
import type { Config } from './config/config.ts'
import { PosternError } from './errors.ts'
import type { Log } from './log.ts'
import type { TenantsOfApis } from './policy/tenants.ts'
import type { Store } from './store/store.ts'
import { tellSeldom } from './tell-seldom.ts'
import type { ChooseCredentials } from './upstream/credentials.ts'
import { createVerifyWithProduct } from './upstream/verify-with-product.ts'

/** What {@link openEntitlements} wires. */
export interface EntitlementRooms {
  readonly config: Pick<Config, 'apis' | 'entitlements'>
  /** Origin and base path of each API's backend, by name. */
  readonly baseUrls: ReadonlyMap<string, string>
  readonly tenants: TenantsOfApis
  readonly credentials: ChooseCredentials
  readonly store: Store
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The question to the product about what callers may, with connections of its own. */
export interface OpenEntitlements {
  readonly entitle: Entitle
  readonly close: () => Promise<void>
}

/**
 * Opens the question to the product about what each caller may; undefined where none is configured. It goes where the
 * caller's calls go, to the backend of their tenant where there are several, and has connections of its own: a slow
 * answer must keep nobody from signing in.
 *
 * @throws PosternError `configuration_invalid` where nobody knows where the API is
 */
export function openEntitlements(rooms: EntitlementRooms): OpenEntitlements | undefined {
  const { config, baseUrls, tenants, credentials, store, log, now } = rooms
  const { apis, entitlements } = config
  if (entitlements === undefined) return undefined
  const asked = apis.find(({ name }) => name === entitlements.api) ?? apis[0]
  if (asked === undefined) throw new Error('a configuration has at least one API')
  const { name: api } = asked
  const ofApi = tenants?.get(api)
  const backends = ofApi?.all ?? [{ name: api, baseUrl: baseUrls.get(api) }]
  const timeout = Math.min(asked.timeout, TIMEOUT)
  const product = createVerifyWithProduct(
    backends.map(({ name, baseUrl }) => ({ name, timeout, baseUrl: baseUrl ?? nowhere(api) })),
  )
  // Undefined for a caller of no tenant: the question never goes to somebody else's backend.
  const backendOf = ({ principal }: Authenticated) => (ofApi === undefined ? api : ofApi.of(principal)?.name)
  const entitle = createEntitlements({
    config: entitlements,
    ask: product.verify,
    backendOf,
    credentials: (caller, signal) => credentials(caller, api, signal),
    revocations: store.revocations,
    now,
    onUnlearnt: tellSeldom(
      (err, leftOut) => log.warn({ err, leftOut, api }, 'the product does not say what callers may'),
      PAUSE,
      now,
    ),
  })
  return { entitle, close: product.close }
}

/** Milliseconds. Every message of a caller waits for it. */
const TIMEOUT = 5_000
/** Between two warnings, in milliseconds. */
const PAUSE = 30_000

function nowhere(api: string): never {
  throw new PosternError('configuration_invalid', {
    message: `The API ${api} has no address at which \`entitlements\` could ask. Set its upstream.`,
  })
}
