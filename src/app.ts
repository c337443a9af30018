/**
 * The composition root: the only file that knows all rooms. It loads the documents, compiles the catalogue,
 * opens the store and hands each room what it needs; nothing is decided here.
 */
import { isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { JSONWebKeySet } from 'jose'
import { assemble, type Identity, type Lasting, type Rooms } from './assemble.ts'
import { type Audit, openAudit } from './audit/audit.ts'
import { createSignInMemory } from './auth/attempts/sign-in-memory.ts'
import { loadCatalogue } from './catalogue/load-catalogue.ts'
import type { Catalogue } from './catalogue/tool.ts'
import type { Config } from './config/config.ts'
import { CurrentRooms } from './current-rooms.ts'
import { type HealthOptions, registerHealth } from './health.ts'
import { answerDirectly, createHttpServer } from './http-server.ts'
import { type IdleConnections, idleConnections } from './idle-connections.ts'
import { createLog, type Log } from './log.ts'
import type { HttpDoor } from './mcp/door.ts'
import { registerMcpEndpoint } from './mcp/endpoint.ts'
import { createRequestIds } from './mcp/request-ids.ts'
import { ResourceChanges } from './mcp/resources/resource-changes.ts'
import { ToolsChanged } from './mcp/tools-changed.ts'
import type { FetchDocumentOptions } from './oauth/clients/fetch-document.ts'
import { openAdmin } from './open-admin.ts'
import { openBundles } from './open-bundles.ts'
import { openConnectPage } from './open-connect-page.ts'
import { type DoorSurroundings, openDoor } from './open-door.ts'
import { openLegacyAddresses } from './open-legacy-addresses.ts'
import { openOAuth } from './open-oauth.ts'
import { openPassthrough } from './open-passthrough.ts'
import { openPublication } from './open-publication.ts'
import { apisWithAddresses, type DocumentReads, documentReads } from './reload/document-reads.ts'
import { ReloadStatus } from './reload/reload-status.ts'
import { type Stage, takeOver } from './reload/take-over.ts'
import { warnOfNotes } from './reload/warn-of-notes.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import { renewCertificate } from './tls-server.ts'
import { registerPublishedKeys } from './upstream/credentials/published-keys.ts'

/** What tests and the command line may put in place of the defaults. */
export interface AppOptions {
  /** Version that `serverInfo` reports. */
  readonly version?: string
  /** The store, already open; it is closed with the app all the same. */
  readonly store?: Store
  /** Where the log goes instead of standard error. */
  readonly log?: Log
  /** Milliseconds since the epoch, for tests; default `Date.now`. */
  readonly now?: () => number
  /** File descriptor of `audit: { to: stdout }`; 2 where standard output belongs to a protocol. */
  readonly auditDescriptor?: 1 | 2
  /** How documents of OAuth clients are fetched, for tests. */
  readonly documents?: FetchDocumentOptions
}

/** A gateway, assembled and not yet listening. */
export interface App {
  readonly config: Config
  /** As of the last load or reload. */
  readonly catalogue: Catalogue
  readonly store: Store
  readonly audit: Audit
  /** For tests: `inject`. */
  readonly fastify: FastifyInstance
  /** One per configured endpoint, in the configuration's order. */
  readonly doors: readonly HttpDoor[]
  readonly log: Log
  /** What the documents in force were read from. */
  readonly reads: DocumentReads
  readonly reloads: ReloadStatus
  /** Opens the port; resolves to the base URL without path, `http://127.0.0.1:8080`. */
  listen(): Promise<string>
  /**
   * Takes a new configuration, and the documents anew, for every request that starts from now on; running
   * calls end under the old one. Clients that listen are told that the tools changed.
   *
   * @throws PosternError if the new configuration can't be served or changes what needs a restart; the old one
   *   then stays in force.
   */
  reload(config: Config): Promise<void>
  /** Stops taking calls, lets running ones end within `config.drain`, then closes everything. Repeatable. */
  close(): Promise<void>
}

/**
 * Assembles a gateway from a loaded configuration.
 *
 * @throws PosternError `configuration_invalid` or `document_invalid`: nothing has been started then.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = options.log ?? createLog(config.log.level)
  const loaded = await loadCatalogue(config)
  const store = options.store ?? (await openStore(config, options.now))
  const audit = await openConfiguredAudit(config, log, options).catch(async error => {
    await store.close()
    throw error
  })
  const fixed: DoorSurroundings = {
    store,
    audit,
    log,
    version: options.version ?? '0.0.0',
    now: options.now ?? Date.now,
    toolsChanged: new ToolsChanged(),
    resourceChanges: new ResourceChanges(),
  }
  const { fastify, newRequestId, address, listen } = httpServer(config, log, () => current().config)
  const { now = Date.now, documents } = options
  const lasting: Lasting = { store, log, ...telling(fixed), signIns: createSignInMemory(), now, address }
  const rooms = new CurrentRooms(assemble(config, loaded, lasting), log)
  const current = () => rooms.current
  const idle = idleConnections(fastify.server)
  const doors = config.servers.map((server, index) => openDoor(server.path, index, current, fixed))
  let closing: Promise<void> | undefined

  const reloads = new ReloadStatus()
  let reads = documentReads(loaded)
  reloads.loaded(apisWithAddresses(reads))

  const isClosing = () => closing !== undefined
  const health = { isDraining: isClosing, reloads }
  openRoutes(fastify, { fixed, doors, newRequestId, health, now, address, documents }, current)
  warnOfNotes(loaded, config, log)
  const stage: Stage = {
    rooms,
    lasting,
    toolsChanged: fixed.toolsChanged,
    isClosing,
    onSwapped(next) {
      renewCertificate(fastify.server, current().config.listen.tls, log)
      reads = documentReads(next)
      reloads.succeeded(apisWithAddresses(reads))
    },
  }
  let reloading: Promise<void> = Promise.resolve()

  return {
    get config() {
      return current().config
    },
    get catalogue() {
      return current().catalogue
    },
    store,
    audit,
    fastify,
    doors,
    log,
    get reads() {
      return reads
    },
    reloads,
    listen,
    reload(next) {
      // One after the other: the configuration that was read last is the one that stays.
      const turn = reloading.then(() => takeOver(next, stage))
      reloading = turn.catch(() => {})
      return turn
    },
    close: () => (closing ??= drain({ fastify, idle, limit: config.drain }, fixed, rooms)),
  }
}

/** @param inForce - the configuration by now */
function httpServer({ listen, requestLimit }: Config, log: Log, inForce: () => Config) {
  const newRequestId = createRequestIds()
  const errorNames = () => inForce().errors
  const fastify = createHttpServer({ log, requestLimit, newRequestId, tls: listen.tls, errorNames })
  const address = () => addressOf(fastify, listen)
  return {
    fastify,
    newRequestId,
    address,
    async listen() {
      await fastify.listen({ host: listen.host, port: listen.port })
      return address()
    },
  }
}

/**
 * Where the port that is listened on is reached, `http://127.0.0.1:8080`. Where none is, as over stdio, what it would be:
 * tokens for that address are good there, too.
 */
function addressOf({ server }: FastifyInstance, { host, port, tls }: Config['listen']): string {
  const open = server.address()
  const at = open === null || typeof open === 'string' ? { address: host, port } : open
  return `http${tls === undefined ? '' : 's'}://${isIPv6(at.address) ? `[${at.address}]` : at.address}:${at.port}`
}

/** Who is told of calls. */
function telling({
  audit,
  resourceChanges,
}: DoorSurroundings): Pick<Lasting, 'audit' | 'refuseUnrecorded' | 'onChanged'> {
  return {
    audit: record => audit.write(record),
    refuseUnrecorded: audit.refuseUnrecorded,
    onChanged: change => resourceChanges.notify(change),
  }
}

/** How often connections that have become idle are closed while the instance drains, in milliseconds. */
const SWEEP = 50

/** Ends what listens, lets what runs end within `limit` milliseconds, then closes room after room. */
async function drain(
  { fastify, idle, limit }: { fastify: FastifyInstance; idle: IdleConnections; limit: number },
  { toolsChanged, store, audit, log }: DoorSurroundings,
  rooms: CurrentRooms,
): Promise<void> {
  toolsChanged.close()
  // Clients keep connections open after an answer, and each would hold up the end until its timeout.
  const sweep = setInterval(() => idle.close(), SWEEP)
  const force = setTimeout(() => fastify.server.closeAllConnections(), limit)
  const steps = [() => fastify.close(), () => rooms.close(), () => store.close(), () => audit.close()]
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      log.error({ err: error }, 'closing')
    }
  }
  clearInterval(sweep)
  clearTimeout(force)
}

function openConfiguredAudit(config: Config, log: Log, options: AppOptions): Promise<Audit> {
  const { audit, directory } = config
  return openAudit({
    to: audit.to === 'file' ? { ...audit, path: resolve(directory, audit.path) } : audit,
    ...(options.auditDescriptor && { descriptor: options.auditDescriptor }),
    onError: error => log.error({ err: error }, 'the audit can’t be written'),
    onRecovered: lost => log.warn({ lost }, 'the audit is written again'),
  })
}

/** What {@link openRoutes} opens. */
interface Routes {
  readonly fixed: DoorSurroundings
  readonly doors: readonly HttpDoor[]
  readonly newRequestId: () => string
  readonly health: Pick<HealthOptions, 'isDraining' | 'reloads'>
  readonly now: () => number
  readonly address: () => string
  readonly documents: FetchDocumentOptions | undefined
}

/** What is looked for where the metadata of an authorization server says: it may have none to show. */
function publishedKeys({ config, signing }: Rooms): JSONWebKeySet | undefined {
  if (signing !== undefined) return signing.published
  return config.auth.some(({ type }) => type === 'oauth') ? { keys: [] } : undefined
}

/** Opens every address of the configuration. What is answered to everybody, without a credential, comes first. */
function openRoutes(
  fastify: FastifyInstance,
  { fixed, doors, newRequestId, health, now, address, documents }: Routes,
  current: () => Rooms,
): void {
  const { store, audit } = fixed
  const { passthrough } = current().config
  registerHealth(fastify, { ready: () => store.ready(), refuseUnrecorded: audit.refuseUnrecorded, ...health })
  registerPublishedKeys(fastify, () => publishedKeys(current()))
  const endpoints = doors.map(
    door => [door.server.path, registerMcpEndpoint(fastify, door, { newRequestId })] as const,
  )
  answerDirectly(fastify, new Map(endpoints))
  const identity: Identity = { version: fixed.version, address }
  openPublication(fastify, current, identity)
  openOAuth(fastify, current, { ...fixed, now, address, documents })
  openBundles(fastify, current, identity)
  openConnectPage(fastify, current, identity)
  openAdmin(fastify, current, fixed)
  if (passthrough !== undefined) openPassthrough(fastify, passthrough, current, audit)
  openLegacyAddresses(fastify, current, address)
}
