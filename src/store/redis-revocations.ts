import { randomBytes } from 'node:crypto'
import { PosternError } from '../errors.ts'
import { type Installation, newInstallation } from './installation.ts'
import type { StoreKeys } from './keys.ts'
import { BRING_BACK, CATCH_UP, FORGET, LIFT, OPEN, REVOKE } from './redis-scripts.ts'
import { type NewRevocation, REVOCABLE, type Revocable, type Revocation } from './revocation.ts'
import { RevocationIndex } from './revocation-index.ts'
import type { RunScript } from './run-script.ts'

/** What {@link createRedisRevocations} needs; everything may reject with what ioredis rejects with. */
export interface RedisRevocationsOptions {
  readonly keys: StoreKeys
  readonly run: RunScript
  /** The value of `keys.version`. */
  readonly readVersion: () => Promise<string | null>
  /** Told about every word that was learnt: what was read before about it is out of date. `undefined`: about anything. */
  readonly onLearnt: (revocations: readonly Revocation[] | undefined) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The revocations in Redis, as this process knows them. */
export interface RedisRevocations {
  /** Ends the heartbeat. */
  close(): void
  readonly known: RevocationIndex
  readonly installation: Installation | undefined
  /** Learns what was said until now. All who ask in one turn of the event loop ask once. */
  fresh(): Promise<void>
  /** Runs a write that answers -1 where the server has lost something; then all that is known is brought back first. */
  write(script: string, keys: readonly string[], values: readonly string[]): Promise<number>
  revoke(revocation: NewRevocation): Promise<Revocation>
  lift(kind: Revocable, value: string): Promise<boolean>
}

/**
 * For how long a server that has lost something is not believed, in milliseconds: every live process asks several times
 * within it, notices, and brings back what it knows.
 */
const RECOVERY = 800
/** Asked at least so often, in milliseconds, also when nobody calls: who knows of a revocation can bring it back. */
const HEARTBEAT = 200

/**
 * Follows the revocations of an installation.
 *
 * Every request asks for one small value, the version, after it has begun; only if that is another one, what was said
 * since is read. A server that lost its memory (restarted empty, an older copy, a failover to a replica that lagged) is
 * told by a version that is missing or goes back: it then gets back the revocations that any live process knows, and
 * nobody believes it until all had the time to do so.
 */
export function createRedisRevocations(options: RedisRevocationsOptions): RedisRevocations {
  const { keys, run, onLearnt, now } = options
  const four = [keys.state, keys.version, keys.revocations, keys.revocationsLog]
  const known = new RevocationIndex()
  let installation: Installation | undefined
  let incarnation = ''
  /** The version that `known` is of; undefined where the server's is not to be believed yet. */
  let version: string | undefined
  /** On the clock of `performance.now`; a server that has lost something is not believed before. */
  let recoversAt = 0
  let question: Promise<void> | undefined
  let catchingUp: Promise<void> = Promise.resolve()

  function fresh(): Promise<void> {
    // Sent when all requests of this turn have been read: after each of them began, and once for all.
    question ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        question = undefined
        ask().then(resolve, reject)
      })
    })
    return question
  }

  async function ask(): Promise<void> {
    const present = await options.readVersion()
    if (present !== null && present === version) return
    // Answers come in the order of the questions, so a lower count than is known now is one that went back.
    const isLost = present === null || goesBack(present)
    const turn = catchingUp.then(() => (isLost || !isKnown(present) ? catchUp() : undefined))
    catchingUp = turn.catch(() => {})
    await turn
  }

  function goesBack(present: string): boolean {
    const { ofIncarnation, count } = readVersion(present)
    return ofIncarnation === incarnation && count < known.sequence
  }

  /** Whether somebody who asked at the same time has learnt of it meanwhile. */
  function isKnown(present: string): boolean {
    const { ofIncarnation, count } = readVersion(present)
    return version !== undefined && ofIncarnation === incarnation && count <= known.sequence
  }

  async function catchUp(): Promise<void> {
    refuseUntilRecovered()
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = readAnswer(await run(CATCH_UP, four, [incarnation, String(known.sequence)]))
      if (answer === undefined) {
        await open()
      } else if (hasLost(answer)) {
        await bringBack(answer.incarnation)
      } else {
        take(answer)
        return
      }
    }
    throw unavailable('its state changes all the time')
  }

  function hasLost(answer: Answer): boolean {
    if (incarnation === '') return false
    return answer.incarnation !== incarnation || answer.sequence < known.sequence
  }

  function take(answer: Answer): void {
    if (answer.wait > 0) {
      version = undefined
      recoversAt = performance.now() + answer.wait
      refuseUntilRecovered()
    }
    if (answer.isWhole) known.replace(answer.revocations)
    else known.add(answer.revocations)
    known.sequence = answer.sequence
    incarnation = answer.incarnation
    version = `${answer.incarnation}.${answer.sequence}`
    if (installation?.id !== answer.installation.id) installation = answer.installation
    onLearnt(answer.isWhole ? undefined : answer.revocations)
  }

  function refuseUntilRecovered(): void {
    const wait = Math.ceil(recoversAt - performance.now())
    if (wait > 0) throw unavailable(`it has lost data, and gets back what is known of it for ${wait} ms more`)
  }

  /** Makes the state where there is none: a new installation, or the one that this process knows. */
  async function open(): Promise<void> {
    const { id, secret, createdAt } = installation ?? newInstallation()
    const recovery = incarnation === '' ? 0 : RECOVERY
    await run(OPEN, four, [
      id,
      secret,
      String(createdAt),
      newIncarnation(),
      String(known.sequence),
      String(recovery),
    ])
  }

  async function bringBack(present: string): Promise<void> {
    version = undefined
    if (installation === undefined) return
    const entries = known.all().flatMap(entry => [nameOf(entry), toJson(entry), String(entry.sequence)])
    const { id, secret, createdAt } = installation
    const begun = newIncarnation()
    const about = [
      id,
      secret,
      String(createdAt),
      incarnation,
      String(known.sequence),
      begun,
      String(RECOVERY),
    ]
    await run(BRING_BACK, four, [...about, ...entries])
    // What is known is there now. Whatever is there besides is read with the next answer.
    incarnation = present === incarnation ? begun : present
    known.sequence = 0
  }

  async function write(script: string, more: readonly string[], values: readonly string[]): Promise<number> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await run(
        script,
        [...four.slice(0, 2), ...more],
        [incarnation, String(known.sequence), ...values],
      )
      if (typeof answer !== 'number') throw unavailable('it did not answer as asked')
      if (answer !== -1) return answer
      await fresh().catch(error => {
        // What is known has been brought back; the write need not wait for what others know.
        if (performance.now() >= recoversAt) throw error
      })
    }
    throw unavailable('its state changes all the time')
  }

  async function forgetEnded(): Promise<void> {
    const at = now()
    const ended = known.all().filter(({ until }) => until !== undefined && until <= at)
    if (ended.length === 0) return
    const names = ended.slice(0, 100).flatMap(entry => [nameOf(entry), String(entry.sequence)])
    await run(FORGET, four, names)
  }

  const heartbeat = setInterval(() => void fresh().catch(() => {}), HEARTBEAT)
  heartbeat.unref()

  return {
    known,
    get installation() {
      return installation
    },
    fresh,
    write,
    async revoke(revocation) {
      await forgetEnded()
      const sequence = await write(REVOKE, four.slice(2), [nameOf(revocation), toJson(revocation)])
      return Object.freeze({ ...revocation, sequence })
    },
    async lift(kind, value) {
      return (await write(LIFT, four.slice(2), [nameOf({ kind, value, recheck: false })])) === 1
    },
    close: () => clearInterval(heartbeat),
  }
}

const ATTEMPTS = 5

/** What {@link CATCH_UP} answers. */
interface Answer {
  readonly incarnation: string
  readonly sequence: number
  /** Milliseconds until it can be believed. */
  readonly wait: number
  readonly installation: Installation
  readonly isWhole: boolean
  readonly revocations: readonly Revocation[]
}

/** Undefined where there is no state. */
function readAnswer(reply: unknown): Answer | undefined {
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

function toJson({ kind, value, recheck, at, until, reason }: NewRevocation): string {
  return JSON.stringify({ kind, value, recheck, at, until, reason })
}

/** A recheck must not take the place of a refusal. */
function nameOf({ kind, value, recheck }: Pick<Revocation, 'kind' | 'value' | 'recheck'>): string {
  return `${recheck ? 'recheck' : 'refuse'}:${kind}:${value}`
}

function newIncarnation(): string {
  return randomBytes(9).toString('base64url')
}

function readVersion(version: string): { readonly ofIncarnation: string; readonly count: number } {
  const dot = version.lastIndexOf('.')
  return { ofIncarnation: version.slice(0, dot), count: Number(version.slice(dot + 1)) }
}

function unavailable(detail: string): PosternError {
  return new PosternError('store_unavailable', {
    detail: `redis: ${detail}`,
    headers: { 'Retry-After': '1' },
  })
}
