/**
 * What one configuration is made into: the rooms that decide and call, wired to one another. A reload makes a
 * new assembly and lets go of the old one; what stays for the life of the process is handed in.
 */
import { hideCredentials } from './audit/hide-credentials.ts'
import type { AuditRecord } from './audit/record.ts'
import type { AskProduct } from './auth/ask-product.ts'
import { guardSignIns } from './auth/attempts/guard-sign-ins.ts'
import type { SignInMemory } from './auth/attempts/sign-in-memory.ts'
import { type Authenticator, createAuthenticator } from './auth/authenticate.ts'
import type { Site } from './auth/endpoint.ts'
import { entitleCallers } from './auth/entitlements/entitle-callers.ts'
import { reportFailures } from './call-tool/report-failures.ts'
import { createCallTool } from './call-tool.ts'
import type { LoadedCatalogue } from './catalogue/load-catalogue.ts'
import { createOperationMatcher, type MatchOperation } from './catalogue/paths/match-operation.ts'
import { createResourceIndex } from './catalogue/resources/resource-index.ts'
import { configuredSurface } from './catalogue/search/configured-surface.ts'
import { selectResources, selectTools } from './catalogue/select-tools.ts'
import type { Catalogue, Tool } from './catalogue/tool.ts'
import type { Config } from './config/config.ts'
import type { ServerConfig, StoreConfig } from './config/schema.ts'
import { Interview } from './elicitation/interview.ts'
import { createLimits, type LimitedCall, type Limits } from './limits/create-limits.ts'
import type { LimitHeaders } from './limits/rate-limit-headers.ts'
import { refuseUnmatchedLimits } from './limits/refuse-unmatched-limits.ts'
import type { Log } from './log.ts'
import { type Access, createAccess } from './mcp/access.ts'
import type { CallTool, McpServer, SearchFront, ToolCall } from './mcp/call.ts'
import { type ClientAddress, createClientAddress } from './mcp/client-address.ts'
import { compilePrompts } from './mcp/prompts/compile-prompts.ts'
import { refuseUnmatchedPrompts } from './mcp/prompts/refuse-unmatched-prompts.ts'
import { reachableTools } from './mcp/reachable-tools.ts'
import type { ResourceChange } from './mcp/resources/resource-changes.ts'
import { createSearchFront } from './mcp/search/search-front.ts'
import { createGatewayEndpoints, type GatewayEndpoints } from './oauth/metadata/gateway-endpoints.ts'
import { openEntitlements } from './open-entitlements.ts'
import { createPolicy, decide, type Policy } from './policy/decide.ts'
import { isSearching, listedTools } from './policy/listed-tools.ts'
import { tenantOf } from './policy/tenants.ts'
import { visibleTools } from './policy/visible-tools.ts'
import type { Store } from './store/store.ts'
import { createSealedCredentials } from './upstream/credentials/sealed-credentials.ts'
import { createSealer } from './upstream/credentials/sealer.ts'
import { createSigningKeys, type SigningKeys } from './upstream/credentials/signing-keys.ts'
import { type ChooseCredentials, createCredentials } from './upstream/credentials.ts'
import { createUpstream, type Upstream } from './upstream/send.ts'
import { createVerifyWithProduct } from './upstream/verify-with-product.ts'

/** The rooms of one configuration. */
export interface Rooms {
  readonly config: Config
  readonly catalogue: Catalogue
  readonly servers: readonly McpServer[]
  readonly policy: Policy
  /** Tells who is calling. */
  readonly authenticator: Authenticator
  /** The same with what the product says that each caller may; for whoever serves tools. */
  readonly callers: Authenticator
  /** Where callers sign in. */
  readonly endpoints: GatewayEndpoints
  /** Undefined where none are configured. */
  readonly limits: Limits | undefined
  readonly callTool: CallTool
  readonly upstream: (apiName: string) => Upstream
  readonly credentials: ChooseCredentials
  /** Undefined where none are configured. */
  readonly signing: SigningKeys | undefined
  /** Asks a product over HTTP about a credential. */
  readonly askProduct: AskProduct
  readonly access: Access
  readonly clientAddress: ClientAddress
  /** Finds the operation of a plain request; undefined where there is no pass-through. */
  readonly match: MatchOperation | undefined
  /** Told when others take their place; calls that are running may still end. */
  readonly retire: () => void
  readonly close: () => Promise<void>
}

/** What outlives a configuration. */
export interface Lasting {
  readonly store: Store
  readonly audit: (record: AuditRecord) => void
  /** Throws while no call may be made since none could be put on record; undefined where calls go on all the same. */
  readonly refuseUnrecorded?: (() => void) | undefined
  readonly log: Log
  readonly signIns: SignInMemory
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Told of every call that changed something behind the gateway. */
  readonly onChanged?: ((change: ResourceChange) => void) | undefined
  /** For configurations without `publicUrl`. */
  readonly address?: Identity['address'] | undefined
}

/** What pages and documents say of the gateway itself, under any configuration. */
export interface Identity {
  readonly version: string
  /** The address that is listened on, without a slash at its end. */
  readonly address: () => string
}

/** Wires the rooms for a configuration and its catalogue. Opens no connection yet. */
export function assemble(config: Config, { catalogue, baseUrls }: LoadedCatalogue, lasting: Lasting): Rooms {
  const { store, audit, refuseUnrecorded, log, now = Date.now } = lasting
  refuseUnmatchedLimits(config, catalogue)
  refuseUnmatchedPrompts(config, catalogue)
  const policy = createPolicy(config)
  const limits = createLimits(config.limits, store)
  const upstreams = new Map(config.apis.map(api => [api.name, createUpstream(api)]))
  const product = createVerifyWithProduct(addressedApis(config, baseUrls))
  const upstream = (apiName: string) => found(upstreams, apiName)
  const signing = config.signing && createSigningKeys(config.signing)
  const sealed = config.sealing && createSealedCredentials(store, createSealer(config.sealing), config.name)
  const credentials = createCredentials({ config, baseUrls, tenants: policy.tenants, signing, sealed })
  let isRetired = false
  const isCurrent = () => !isRetired
  const servers = config.servers.map(server => mcpServer(server, config, catalogue, policy))
  const { tenants } = policy
  const entitlements = openEntitlements({ config, baseUrls, tenants, credentials, store, log, now })
  const endpoints = createGatewayEndpoints({
    config,
    policy,
    tools: servers.map(reachableTools),
    baseUrl: () => config.publicUrl ?? lasting.address?.() ?? '',
    keys: signing?.published,
  })
  const authenticator = createSignIns(config, product.verify, endpoints.site, lasting)
  return {
    config,
    catalogue,
    servers,
    policy,
    authenticator,
    callers: entitlements === undefined ? authenticator : entitleCallers(authenticator, entitlements.entitle),
    clientAddress: createClientAddress(config.trustedProxies),
    endpoints,
    limits,
    callTool: createCallTool({
      decide: (call, tool) => decide(policy, call.caller.principal, tool),
      limit: limits && ((call, tool) => limits.count(limitedCall(call, tool))),
      interview: (call, tool) => new Interview(call, tool, { store, now, isCurrent }),
      credentials: (call, tool) => credentials(call.caller, tool.api, call.signal),
      upstream: tool => upstream(tool.api),
      tenant: policy.tenants && ((call, tool) => tenantOf(policy.tenants, call.caller.principal, tool.api)),
      audit,
      refuseUnrecorded,
      onChanged: lasting.onChanged,
      errorNames: config.errors,
      hideCredentials: hideCredentials(config.auth),
      isHeld: name => catalogue.report.some(({ held }) => held === name),
      onError: logFailures(log, now),
    }),
    upstream,
    credentials,
    signing,
    askProduct: product.verify,
    access: accessOf(config),
    match: config.passthrough && matcherOf(catalogue, config.passthrough.api),
    retire: () => {
      isRetired = true
    },
    async close() {
      const asked = entitlements === undefined ? [product] : [product, entitlements]
      await Promise.all([...upstreams.values(), ...asked].map(closable => closable.close()))
    },
  }
}

function logFailures(log: Log, now: () => number) {
  return reportFailures({
    refused: refusal => log.info(refusal, 'call refused'),
    failed: (err, { requestId, name }) => log.warn({ err, requestId, tool: name }, 'call failed'),
    now,
  })
}

function accessOf({ publicUrl, listen, allowedHosts, allowedOrigins }: Config): Access {
  const defaultPort = listen.tls === undefined ? 80 : 443
  return createAccess({ publicUrl, listenHost: listen.host, defaultPort, allowedHosts, allowedOrigins })
}

/** The APIs of which it is known where they are. */
function addressedApis({ apis }: Config, baseUrls: LoadedCatalogue['baseUrls']) {
  return apis.flatMap(({ name, timeout }) => {
    const baseUrl = baseUrls.get(name)
    return baseUrl === undefined ? [] : { name, baseUrl, timeout }
  })
}

/** Tells who is calling, and counts those who guess: not where nobody presents anything, or the configuration says so. */
function createSignIns(
  config: Config,
  verifyWithProduct: AskProduct,
  site: Site,
  { store, log, signIns, now = Date.now }: Lasting,
): Authenticator {
  const { auth, name, failedSignIns } = config
  const stale = staleness(config.store)
  const authenticator = createAuthenticator({ auth, name, store, stale, verifyWithProduct, site, now })
  if (failedSignIns === false || auth.every(scheme => scheme.type === 'anonymous')) return authenticator
  return guardSignIns(authenticator, {
    config: failedSignIns,
    auth,
    store,
    memory: signIns,
    onPause: pause => log.warn(pause, 'too many wrong credentials'),
  })
}

function limitedCall({ caller, server, client, answerHeaders }: ToolCall, tool: Tool): LimitedCall {
  const onHeaders = answerHeaders && ((headers: LimitHeaders) => answerHeaders.addHeaders(headers))
  return { principal: caller.principal, server: server.path, client, tool, onHeaders }
}

function mcpServer(server: ServerConfig, config: Config, catalogue: Catalogue, policy: Policy): McpServer {
  const tools = selectTools(catalogue, server)
  const plain = { path: server.path, tools, byName: new Map(tools.map(tool => [tool.name, tool])) }
  const readable = selectResources(catalogue, server)
  const resources =
    readable.length === 0 ? undefined : { tools: readable, find: createResourceIndex(readable) }
  const prompts = compilePrompts(config.prompts, server.path)
  return {
    ...plain,
    resources,
    prompts,
    profile: server.profile,
    search: searchFront(plain, server, config, catalogue, policy),
  }
}

/** Undefined where every caller gets the list of all tools that it may call. */
function searchFront(
  { tools, byName }: McpServer,
  server: ServerConfig,
  config: Config,
  catalogue: Catalogue,
  policy: Policy,
): SearchFront | undefined {
  const surface = configuredSurface(config, server, catalogue, tools)
  if (surface === undefined) return undefined
  return createSearchFront({
    surface,
    byName,
    isSearching: principal => isSearching(policy, principal, surface),
    listed: principal => listedTools(policy, principal, surface),
    visible: principal => visibleTools(policy, principal, tools),
    isVisible: (principal, tool) => decide(policy, principal, tool).allow,
  })
}

function matcherOf(catalogue: Catalogue, api: string): MatchOperation {
  const own = <T extends { readonly api: string }>(all: readonly T[]) => all.filter(one => one.api === api)
  return createOperationMatcher(own(catalogue.tools), own(catalogue.report))
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name)
  if (value === undefined) throw new Error(`no API named ${name}`)
  return value
}

/** How long callers go on while the store can't be asked, in milliseconds; undefined: nobody does. */
function staleness(store: StoreConfig): number | undefined {
  if (store.type !== 'redis' || store.onUnavailable !== 'stale') return undefined
  return store.stale ?? DEFAULT_STALENESS
}

const DEFAULT_STALENESS = 30_000
