import { PosternError } from '../errors.ts'
import type { Installation } from './installation.ts'
import { REVOCABLE, type Revocation } from './revocation.ts'

/** What Redis says when it is asked what was said since. */
export interface CatchUp {
  readonly incarnation: string
  readonly sequence: number
  /** Milliseconds until it can be believed. */
  readonly wait: number
  readonly installation: Installation
  readonly isWhole: boolean
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
  const [incarnation, sequence, wait, id, secret, createdAt, isWhole, ...entries] = reply as unknown[]
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
    wait: Number(wait),
    installation: Object.freeze({ id: String(id), secret: String(secret), createdAt: Number(createdAt) }),
    isWhole: isWhole === 1,
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
