import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { isSignature, type SigningStore, sign } from './sign.ts'

/** How far a request has got that waits for its user (MCP 2026-07-28 basic/patterns/mrtr "requestState"). */
export interface RequestState {
  /** Of the whole conversation, from its first question to the call: 128 random bits, base64url. Used up once. */
  readonly id: string
  /** The question that is open, counted from 0. */
  readonly round: number
  /** How often it was answered with what can't be taken. */
  readonly tries: number
  /** When the first question was asked, in milliseconds since the epoch; the conversation ends a while later. */
  readonly startedAt: number
  /** When this question has to be answered, in the same. */
  readonly expiresAt: number
  /** What was answered before. */
  readonly answers: JsonObject
}

/**
 * Writes a state: its content, readable, and a signature over that and what it is good for, `binding`, which is not
 * in it. Whoever brings it with another request, for another person or to another server has no valid signature.
 */
export function sealState(state: RequestState, binding: readonly string[], store: SigningStore): string {
  const { id, round, tries, startedAt, expiresAt, answers } = state
  const values = [id, round, tries, startedAt, expiresAt, answers]
  const content = Buffer.from(JSON.stringify(values)).toString('base64url')
  return `${VERSION}.${content}.${sign(store, 'request-state', [VERSION, content, ...binding])}`
}

/**
 * Reads a state that came with a request. Nothing of it is looked at before the signature is found good.
 *
 * @param now - milliseconds since the epoch
 * @throws PosternError `invalid_request_state`, `store_unavailable`
 */
export function openState(
  text: unknown,
  binding: readonly string[],
  store: SigningStore,
  now: number,
): RequestState {
  if (typeof text !== 'string' || text.length > LONGEST_STATE) refuse('no text, or too long')
  const parts = text.split('.')
  const [version, content = '', signature = ''] = parts
  if (parts.length !== 3 || version !== VERSION) refuse('of no form that is known here')
  if (!isSignature(signature, sign(store, 'request-state', [VERSION, content, ...binding]))) {
    refuse('not signed for this call')
  }
  const values = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'))
  const [id, round, tries, startedAt, expiresAt, answers] = values
  if (now >= expiresAt) {
    throw new PosternError('invalid_request_state', {
      message: 'The answer came too late. Call the tool again, and the user will be asked again.',
    })
  }
  return { id, round, tries, startedAt, expiresAt, answers }
}

const VERSION = 'v1'
/** Answers are short; a longer text is not even taken apart. */
const LONGEST_STATE = 64 * 1024

function refuse(detail: string): never {
  throw new PosternError('invalid_request_state', { detail })
}
