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
  const { audit, log } = fixed
  const settings = () => at(current().config.servers, index)
  const server = () => at(current().servers, index)
  const { config } = current()
  return {
    get server() {
      return server()
    },
    info: infoOf(config.name, settings().title ?? config.title, versionOf(config) ?? fixed.version),
    get instructions() {
      return settings().instructions ?? current().config.instructions
    },
    listTtl: config.list.ttl,
    get listIsPublic() {
      return current().config.auth.every(scheme => scheme.type === 'anonymous')
    },
    visibleTools: principal =>
      server().search?.listed(principal) ?? visibleTools(current().policy, principal, server().tools),
    get errorNames() {
      return current().config.errors
    },
    visibleResources: principal =>
      visibleTools(current().policy, principal, server().resources?.tools ?? NONE),
    visiblePrompts: principal =>
      (server().prompts ?? []).filter(prompt => isOpenTo(current().policy, principal, prompt)),
    callTool(call) {
      const rooms = verifiedIn.get(call.caller) ?? current()
      return rooms.callTool(rooms === current() ? call : { ...call, server: at(rooms.servers, index) })
    },
    interview: (call, about) => new Interview(call, about, { store: fixed.store, now: fixed.now }),
    toolsChanged: fixed.toolsChanged,
    resourceChanges: fixed.resourceChanges,
    onUnexpected: (error, requestId) => log.error({ err: error, requestId, path }, 'unexpected error'),
    access: liveAccess(current),
    clientAddress: request => current().clientAddress(request),
    requestLimit: config.requestLimit,
    authenticate(request) {
      const rooms = current()
      const caller = rooms.callers.authenticate(request, at(rooms.endpoints.servers, index))
      return caller instanceof Promise
        ? caller.then(known => noteVerified(known, rooms))
        : noteVerified(caller, rooms)
    },
    challenge: (error, principal) => at(current().endpoints.servers, index).challenge(error, principal),
    questions: questionsAt(path, fixed.store),
    get connectPage() {
      const { config } = current()
      return hasConnectPage(config) ? `${config.publicUrl ?? ''}/` : undefined
    },
    onRefused: refusal => audit.write(refusedRecord(refusal, current().config.errors)),
  }
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
  verifiedIn.set(caller, rooms)
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
