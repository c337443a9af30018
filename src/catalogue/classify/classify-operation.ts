import { words } from '../naming/words.ts'
import type { Hints, Tier } from '../tool.ts'
import {
  ACTION_NOUNS,
  ACTION_VERBS,
  type Action,
  CHANGE_VERBS,
  READ_SEGMENTS,
  READ_VERBS,
  UNSAFE_GET_VERBS,
} from './action-verbs.ts'

/** What is derived from an operation's method and name. */
export interface Classification {
  readonly tier: Tier
  readonly hints: Hints
  /** Why it is not what its method alone would make it; undefined where it is. */
  readonly reason: string | undefined
}

/** What the derivation looks at. */
export interface ClassifiedOperation {
  readonly operationId: string | undefined
  /** Upper case. */
  readonly method: string
  readonly path: string
}

/**
 * Derives tier and hints. The method decides, unless the name (the operationId's verb or the path's last
 * literal segment) says that the operation is an action that can't be taken back or leaves the product, that a
 * POST only searches, or that a GET is none that is safe to repeat. In doubt the higher tier.
 */
export function classifyOperation(operation: ClassifiedOperation): Classification {
  const { method } = operation
  const verbs = verbsOf(operation.operationId)
  const segment = lastSegment(operation.path)
  if (SAFE.has(method)) return classifyRead(verbs, segment)
  if (method === 'DELETE') {
    return derived('manage', { destructive: true, idempotent: true, openWorld: false })
  }
  const action = findAction(verbs, segment, method)
  if (action !== undefined) {
    const reason = `derived as manage, since ${quote(action.word)} names an action that can’t be taken back or leaves the product`
    return derived('manage', { ...action.action, idempotent: false }, reason)
  }
  const search = method === 'POST' ? findSearch(verbs, segment, operation.operationId) : undefined
  if (search !== undefined) {
    const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false }
    return {
      tier: 'read',
      hints,
      reason: `derived as read, since ${quote(search)} says that it only searches`,
    }
  }
  return derived('write', {
    destructive: method === 'PUT' || method === 'PATCH',
    idempotent: method === 'PUT',
    openWorld: false,
  })
}

/** Methods that change nothing (RFC 9110 section 9.2.1); QUERY is GET with a body (draft-ietf-httpbis-safe-method-w-body). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY'])

function derived(tier: Tier, hints: Omit<Hints, 'readOnly'>, reason?: string): Classification {
  return { tier, hints: { readOnly: false, ...hints }, reason }
}

function classifyRead(verbs: readonly string[], segment: string): Classification {
  const names = verbs.length > 0 ? verbs : [segment]
  const unsafe = names.find(name => UNSAFE_GET_VERBS.has(name))
  if (unsafe === undefined) {
    const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false }
    return { tier: 'read', hints, reason: undefined }
  }
  const action = ACTION_VERBS.get(unsafe) ?? { destructive: true, openWorld: false }
  const reason = `a GET whose name says ${quote(unsafe)}: derived as manage; if it only reads, say so with a rule (tier: read)`
  return derived('manage', { ...action, idempotent: false }, reason)
}

function findAction(
  verbs: readonly string[],
  segment: string,
  method: string,
): { word: string; action: Action } | undefined {
  const [first = ''] = segment.split('_')
  const candidates = [segment, first, ...verbs]
  for (const word of candidates) {
    const action = ACTION_VERBS.get(word)
    if (action !== undefined) return { word, action }
  }
  const noun = method === 'POST' ? ACTION_NOUNS.get(segment) : undefined
  return noun === undefined ? undefined : { word: segment, action: noun }
}

function findSearch(
  verbs: readonly string[],
  segment: string,
  operationId: string | undefined,
): string | undefined {
  const all = words(operationId ?? '')
  if (all.some(word => CHANGE_VERBS.has(word) || ACTION_VERBS.has(word))) return undefined
  if (READ_SEGMENTS.has(segment)) return segment
  return verbs.find(verb => READ_VERBS.has(verb))
}

/**
 * The words of an operationId that may be its verb: the first, and the first after a namespace (`repos/list`,
 * `InvoicesController_send`); with two-word verbs joined (`mark_paid`).
 */
function verbsOf(operationId: string | undefined): readonly string[] {
  if (operationId === undefined) return []
  const parts = operationId.replace(/^([A-Z][A-Za-z0-9]*)_/, '$1/').split(/[/.:#]/)
  const verbs = new Set<string>()
  for (const part of [parts[0], parts.at(-1)]) {
    const [first, second, third] = words(part ?? '')
    if (first === undefined) continue
    verbs.add(first)
    if (second !== undefined) verbs.add(`${first}_${second}`)
    if (third !== undefined) verbs.add(`${first}_${third}`)
  }
  return [...verbs]
}

/** The last segment if it is a literal (or what follows a colon in it), in snake_case; else empty. */
function lastSegment(path: string): string {
  const segment = path.replace(/\/+$/, '').split('/').at(-1) ?? ''
  const literal = /^[^{}]*$/.test(segment) ? segment : (/\}:([^{}:]+)$/.exec(segment)?.[1] ?? '')
  return words(literal.split(':').at(-1) ?? '').join('_')
}

function quote(word: string): string {
  return `“${word}”`
}
