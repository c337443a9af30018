import type { Rooms } from './assemble.ts'
import type { Audit } from './audit/audit.ts'
import type { AuditRecord } from './audit/record.ts'
import type { Authenticated } from './auth/principal.ts'
import type { Tool } from './catalogue/tool.ts'
import type { Config } from './config/config.ts'
import { type ErrorNames, renamedCode } from './config/error-names.ts'
import { hasConnectPage } from './config/has-connect-page.ts'
import { Interview } from './elicitation/interview.ts'
import { LiveQuestions } from './elicitation/live-questions.ts'
import { isSession, newSession } from './elicitation/session.ts'
import type { Log } from './log.ts'
import type { Access } from './mcp/access.ts'
import type { McpServer } from './mcp/call.ts'
import type { ClientAddress } from './mcp/client-address.ts'
import type { DoorQuestions, HttpDoor, Refusal } from './mcp/door.ts'
import type { ResourceChanges } from './mcp/resources/resource-changes.ts'
import type { ToolsChanged } from './mcp/tools-changed.ts'
import { isOpenTo } from './policy/is-open-to.ts'
import { visibleTools } from './policy/visible-tools.ts'
import type { Store } from './store/store.ts'

/** What stays the same as long as the process runs. */
export interface DoorSurroundings {
  readonly store: Store
  readonly audit: Audit
  readonly log: Log
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly toolsChanged: ToolsChanged
  readonly resourceChanges: ResourceChanges
}

/**
 * Opens the door of one MCP server to the rooms in force.
 *
 * @param index - its position under `servers`
 */
export function openDoor(
  path: string,
  index: number,
  current: () => Rooms,
  fixed: DoorSurroundings,
): HttpDoor {
  return new LiveDoor(path, index, current, fixed)
}

/**
 * What changes with the rooms is read from them each time. A class, since V8 keeps an object literal with accessors as a
 * dictionary, in which each of its members is looked up anew: the path of every call reads a dozen.
 */
class LiveDoor implements HttpDoor {
  readonly #index: number
  readonly #current: () => Rooms
  readonly info: HttpDoor['info']
  readonly listTtl: number
  readonly requestLimit: number
  readonly access: Access
  readonly questions: DoorQuestions
  readonly toolsChanged: ToolsChanged
  readonly resourceChanges: ResourceChanges
  readonly interview: HttpDoor['interview']
  readonly onUnexpected: HttpDoor['onUnexpected']
  readonly onRefused: HttpDoor['onRefused']

  constructor(path: string, index: number, current: () => Rooms, fixed: DoorSurroundings) {
    const { audit, log, store, now } = fixed
    const { config } = current()
    this.#index = index
    this.#current = current
    this.info = infoOf(
      config.name,
      this.#settings().title ?? config.title,
      versionOf(config) ?? fixed.version,
    )
    this.listTtl = config.list.ttl
    this.requestLimit = config.requestLimit
    this.access = liveAccess(current)
    this.questions = questionsAt(path, store)
    this.toolsChanged = fixed.toolsChanged
    this.resourceChanges = fixed.resourceChanges
    this.interview = (call, about) => new Interview(call, about, { store, now })
    this.onUnexpected = (error, requestId) => log.error({ err: error, requestId, path }, 'unexpected error')
    this.onRefused = refusal => audit.write(refusedRecord(refusal, current().config.errors))
  }

  #settings(): Config['servers'][number] {
    return at(this.#current().config.servers, this.#index)
  }

  get server(): McpServer {
    return at(this.#current().servers, this.#index)
  }

  get instructions(): string | undefined {
    return this.#settings().instructions ?? this.#current().config.instructions
  }

  get listIsPublic(): boolean {
    return this.#current().config.auth.every(scheme => scheme.type === 'anonymous')
  }

  get errorNames(): ErrorNames | undefined {
    return this.#current().config.errors
  }

  get connectPage(): string | undefined {
    const { config } = this.#current()
    return hasConnectPage(config) ? `${config.publicUrl ?? ''}/` : undefined
  }

  readonly visibleTools: HttpDoor['visibleTools'] = principal => {
    const { search, tools } = this.server
    return search?.listed(principal) ?? visibleTools(this.#current().policy, principal, tools)
  }

  readonly visibleResources: HttpDoor['visibleResources'] = principal =>
    visibleTools(this.#current().policy, principal, this.server.resources?.tools ?? NONE)

  readonly visiblePrompts: HttpDoor['visiblePrompts'] = principal =>
    (this.server.prompts ?? []).filter(prompt => isOpenTo(this.#current().policy, principal, prompt))

  readonly callTool: HttpDoor['callTool'] = call => {
    const current = this.#current()
    const rooms = verifiedIn.get(call.caller) ?? current
    return rooms.callTool(rooms === current ? call : { ...call, server: at(rooms.servers, this.#index) })
  }

  readonly clientAddress: ClientAddress = request => this.#current().clientAddress(request)

  readonly authenticate: HttpDoor['authenticate'] = request => {
    const rooms = this.#current()
    const caller = rooms.callers.authenticate(request, at(rooms.endpoints.servers, this.#index))
    return caller instanceof Promise
      ? caller.then(known => noteVerified(known, rooms))
      : noteVerified(caller, rooms)
  }

  readonly challenge: HttpDoor['challenge'] = (error, principal) =>
    at(this.#current().endpoints.servers, this.#index).challenge(error, principal)
}

function questionsAt(path: string, store: Store): DoorQuestions {
  return {
    live: new LiveQuestions({ store, path }),
    newSession: principal => newSession(principal, path, store),
    isSession: (id, principal) => isSession(id, principal, path, store),
  }
}

const NONE: readonly Tool[] = Object.freeze([])

/**
 * The rooms that verified a caller serve all of the request: another configuration may mean another product by the same
 * scheme, and would send the one's credential to the other.
 */
const verifiedIn = new WeakMap<Authenticated, Rooms>()

function noteVerified(caller: Authenticated, rooms: Rooms): Authenticated {
  if (verifiedIn.get(caller) !== rooms) verifiedIn.set(caller, rooms)
  return caller
}

function liveAccess(current: () => Rooms): Access {
  return {
    isHostAllowed: (host, port) => current().access.isHostAllowed(host, port),
    isOriginAllowed: origin => current().access.isOriginAllowed(origin),
  }
}

/** What is published of a server must not contradict what it says itself (SEP-2127). */
function versionOf({ publication }: Config): string | undefined {
  return publication === false ? undefined : publication.version
}

function infoOf(name: string, title: string | undefined, version: string): HttpDoor['info'] {
  return title === undefined ? { name, version } : { name, title, version }
}

function refusedRecord(refusal: Refusal, names: ErrorNames | undefined): AuditRecord {
  const { error, requestId, path, remoteAddress, principal } = refusal
  const outcome = error.status < 500 ? 'denied' : 'error'
  const shownCode = renamedCode(error, names)
  return {
    event: 'refused',
    requestId,
    outcome,
    code: error.code,
    shownCode,
    path,
    remoteAddress,
    principal,
  }
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index]
  if (value === undefined) throw new Error(`nothing at position ${index}`)
  return value
}
