import { PosternError } from '../../errors.ts'
import type { Installation } from '../installation.ts'
import { REVOCABLE, type Revocation } from '../revocation.ts'

/** What Redis says when it is asked what was said since. */
export interface CatchUp {
  readonly incarnation: string
  readonly sequence: number
  /** Tells this state from another that has the same sequence. */
  readonly mark: string
  /** Milliseconds until it can be believed. */
  readonly wait: number
  readonly installation: Installation
  readonly isWhole: boolean
  /** What the asker knows is not of this state's past: it has lost something, whatever it was told since. */
  readonly isLost: boolean
  /** The sequence at which all were last to be read again. */
  readonly reload: number
  /** The sequence after which there is more; undefined on the last page. */
  readonly next: string | undefined
  readonly revocations: readonly Revocation[]
}

/**
 * Reads the reply of the script `CATCH_UP`; undefined where there is no state.
 *
 * @throws PosternError `store_unavailable` if it isn't what was written there: nothing is guessed
 */
export function readCatchUp(reply: unknown): CatchUp | undefined {
  if (reply === null) return undefined
  if (!Array.isArray(reply)) throw unavailable('it did not answer as asked')
  const [incarnation, point, wait, id, secret, createdAt, ...rest] = reply as unknown[]
  const [isWhole, isLost, reload, next, ...entries] = rest
  const [sequence, mark = ''] = String(point).split(':')
  if (![incarnation, id, secret].every(text => typeof text === 'string' && text !== '')) {
    throw unavailable('its state is not what was written there')
  }
  const revocations: Revocation[] = []
  for (let i = 0; i < entries.length; i += 3) {
    revocations.push(readRevocation(String(entries[i + 1]), Number(entries[i + 2])))
  }
  return {
    incarnation: String(incarnation),
    sequence: Number(sequence),
    mark,
    wait: Number(wait),
    installation: Object.freeze({ id: String(id), secret: String(secret), createdAt: Number(createdAt) }),
    isWhole: isWhole === 1,
    isLost: isLost === 1,
    reload: Number(reload),
    next: next === '-1' ? undefined : String(next),
    revocations,
  }
}

/** One that can't be read refuses all: whom it means is unknown. */
function readRevocation(json: string, sequence: number): Revocation {
  const { kind, value, recheck, at, until, reason } = parseObject(json)
  const known = REVOCABLE.find(candidate => candidate === kind)
  if (known === undefined || typeof value !== 'string' || !Number.isSafeInteger(sequence)) {
    throw unavailable('a revocation in it is not what was written there')
  }
  return Object.freeze({
    kind: known,
    value,
    recheck: recheck === true,
    at: Number(at),
    until: until === undefined ? undefined : Number(until),
    reason: typeof reason === 'string' ? reason : undefined,
    sequence,
  })
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Refused below.
  }
  throw unavailable('a revocation in it is not what was written there')
}

function unavailable(detail: string): PosternError {
  return new PosternError('store_unavailable', {
    detail: `redis: ${detail}`,
    headers: { 'Retry-After': '1' },
  })
}
