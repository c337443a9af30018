import { PosternError } from '../../errors.ts'
import { generationOf, newIncarnation } from '../incarnation.ts'
import { type Installation, newInstallation } from '../installation.ts'
import type { StoreKeys } from '../keys.ts'
import { RevocationIndex } from '../process/revocation-index.ts'
import { type NewRevocation, nameOf, type Revocable, type Revocation } from '../revocation.ts'
import { catchUp } from './catch-up.ts'
import type { CatchUp } from './read-catch-up.ts'
import type { RunScript } from './run-script.ts'
import { FORGET, LIFT, REVOKE } from './scripts/revocations.ts'
import { BRING_BACK, OPEN } from './scripts/state.ts'

/** What {@link RedisRevocations} needs; everything may reject with what ioredis rejects with. */
export interface RedisRevocationsOptions {
  readonly keys: StoreKeys
  readonly run: RunScript
  /** Runs what is to last. */
  readonly write: RunScript
  /** The value of `keys.version`. */
  readonly readVersion: () => Promise<string | null>
  /** Surrounds every question, once for all who ask it together. */
  readonly ask: (question: () => Promise<void>) => Promise<void>
  /** Told about every word that was learnt: what was read before about it is out of date. `undefined`: about anything. */
  readonly onLearnt: (revocations: readonly Revocation[] | undefined) => void
  /** Told what a server that had lost something has got back, before anything of it is believed. */
  readonly onBroughtBack: (revocations: readonly Revocation[]) => Promise<void>
}

/**
 * For how long a server that has lost something is not believed, in milliseconds: every live process asks several times
 * within it, notices, and brings back what it knows.
 */
const RECOVERY = 800
/** Asked at least so often, in milliseconds, also when nobody calls: who knows of a revocation can bring it back. */
const HEARTBEAT = 200
/** A state that changes under each of so many attempts is refused. */
const ATTEMPTS = 5
/** Values that one script takes back at a time, three for each revocation: it holds up the server for milliseconds. */
const BATCH = 9_000

/**
 * The revocations in Redis, as this process knows them.
 *
 * Every request asks for one small value, the version, after it has begun; only if that is another one, what was said
 * since is read. A server that lost its memory (restarted empty, an older copy, a failover to a replica that lagged) is
 * told by a version that is missing or goes back: it then gets back the revocations that any live process knows, and
 * nobody believes it until all had the time to do so.
 */
export class RedisRevocations {
  readonly known = new RevocationIndex()
  readonly #options: RedisRevocationsOptions
  readonly #keys: readonly [string, string, string, string]
  readonly #heartbeat: NodeJS.Timeout
  #installation: Installation | undefined
  /** Of the state that `known` is of; empty before the first. */
  #incarnation = ''
  /** The point from which `known` is to be brought up to date, as the scripts take it. */
  #point = '0:'
  /** The version that `known` is of; undefined where the server's is not to be believed yet. */
  #version: string | undefined
  /** On the clock of `performance.now`; a server that has lost something is not believed before. */
  #recoversAt = 0
  #question: Promise<void> | undefined
  #catchingUp: Promise<void> = Promise.resolve()
  /** Why it could not be learnt the last time. */
  #failure: unknown

  constructor(options: RedisRevocationsOptions) {
    const { state, version, revocations, revocationsLog } = options.keys
    this.#options = options
    this.#keys = [state, version, revocations, revocationsLog]
    this.#heartbeat = setInterval(() => void this.fresh().catch(() => {}), HEARTBEAT).unref()
  }

  get installation(): Installation | undefined {
    return this.#installation
  }

  /** Learns what was said until now. All who ask in one turn of the event loop ask once. */
  fresh(): Promise<void> {
    // Sent when all requests of this turn have been read: after each of them began, and once for all.
    this.#question ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#question = undefined
        this.#options.ask(() => this.#ask()).then(resolve, reject)
      })
    })
    return this.#question
  }

  /**
   * Runs a script that writes, with what is known before its own values. It answers -1 where the server has lost
   * something: then all that is known is brought back first.
   *
   * @param more - keys besides those of the state
   */
  async write(script: string, more: readonly string[], values: readonly string[]): Promise<number> {
    const keys = [...this.#keys.slice(0, 2), ...more]
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const about = [this.#incarnation, this.#point]
      const answer = await this.#options.write(script, keys, [...about, ...values])
      if (typeof answer !== 'number') throw unavailable('it did not answer as asked')
      if (answer !== -1) return answer
      await this.#freshOrRecovering()
    }
    throw unavailable('its state changes all the time')
  }

  /**
   * Writes as {@link write} does, and knows itself what it said before it answers: if the server loses it in the next
   * moment, there is a process that can bring it back.
   */
  async say(script: string, more: readonly string[], values: readonly string[]): Promise<number> {
    const answer = await this.write(script, more, values)
    await this.#freshOrRecovering()
    return answer
  }

  /** What is known has been brought back to a server that recovers; writing need not wait for what others know. */
  #freshOrRecovering(): Promise<void> {
    return this.fresh().catch(error => {
      if (performance.now() >= this.#recoversAt) throw error
    })
  }

  async revoke(revocation: NewRevocation): Promise<Revocation> {
    await this.#forgetEnded()
    const sequence = await this.say(REVOKE, this.#keys.slice(2), [
      nameOf(revocation),
      JSON.stringify(revocation),
    ])
    return Object.freeze({ ...revocation, sequence })
  }

  async lift(kind: Revocable, value: string): Promise<boolean> {
    return (await this.write(LIFT, this.#keys.slice(2), [nameOf({ kind, value, recheck: false })])) === 1
  }

  /** Resolves once what was said is known, or could not be asked for; waits for a server that recovers. */
  async start(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.fresh().catch(() => {})
      const wait = this.#recoversAt - performance.now()
      if (wait <= 0) return
      await new Promise(resolve => setTimeout(resolve, wait))
    }
  }

  /** Ends the heartbeat. */
  close(): void {
    clearInterval(this.#heartbeat)
  }

  async #ask(): Promise<void> {
    const present = await this.#options.readVersion()
    if (present !== null && present === this.#version) return
    // Answers come in the order of the questions, so a lower count than is known now is one that went back.
    const isLost = present === null || this.#goesBack(present)
    const failure = this.#failure
    const turn = this.#catchingUp.then(async () => {
      // Else all who wait on a server that fell silent would fail one after another, each after its own time.
      if (failure !== this.#failure) throw this.#failure
      if (isLost || !this.#isKnown(present)) await this.#catchUpOrCount()
    })
    this.#catchingUp = turn.catch(() => {})
    await turn
  }

  #goesBack(present: string): boolean {
    const { incarnation, sequence } = parseVersion(present)
    return incarnation === this.#incarnation && sequence < this.known.sequence
  }

  /** Whether somebody who asked at the same time has learnt of it meanwhile. */
  #isKnown(present: string): boolean {
    if (present === this.#version) return true
    const { incarnation, sequence } = parseVersion(present)
    return this.#version !== undefined && incarnation === this.#incarnation && sequence < this.known.sequence
  }

  async #catchUpOrCount(): Promise<void> {
    try {
      await this.#catchUp()
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  async #catchUp(): Promise<void> {
    this.#refuseUntilRecovered()
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const said = await catchUp(this.#options.run, this.#keys, this.#incarnation, this.#point)
      if (said === undefined) {
        await this.#open()
      } else if (said !== 'changed' && this.#hasLost(said)) {
        await this.#bringBack(said.incarnation)
      } else if (said !== 'changed') {
        this.#learn(said)
        return
      }
    }
    throw unavailable('its state changes all the time')
  }

  #hasLost(said: CatchUp): boolean {
    if (this.#incarnation === '') return false
    return said.incarnation !== this.#incarnation || said.isLost || said.sequence < this.known.sequence
  }

  #learn(said: CatchUp): void {
    if (said.wait > 0) {
      this.#version = undefined
      this.#recoversAt = performance.now() + said.wait
      this.#refuseUntilRecovered()
    }
    if (said.isWhole) this.known.replace(said.revocations)
    else this.known.add(said.revocations)
    this.known.sequence = said.sequence
    this.#incarnation = said.incarnation
    this.#point = `${said.sequence}:${said.mark}`
    this.#version = `${said.incarnation}.${this.#point}`
    if (this.#installation?.id !== said.installation.id) this.#installation = said.installation
    this.#options.onLearnt(said.isWhole ? undefined : said.revocations)
  }

  #refuseUntilRecovered(): void {
    const wait = Math.ceil(this.#recoversAt - performance.now())
    if (wait > 0) throw unavailable(`it has lost data, and gets back what is known of it for ${wait} ms more`)
  }

  /**
   * Makes the state where there is none: a new installation, or the one that this process knows. A new one isn't believed
   * at once either: whoever starts on an empty server can't know whether others know what was on it.
   */
  async #open(): Promise<void> {
    const { id, secret, createdAt } = this.#installation ?? newInstallation()
    const generation = generationOf(this.#incarnation) + 1
    const about = [id, secret, String(createdAt), newIncarnation(generation), String(this.known.sequence)]
    await this.#options.write(OPEN, this.#keys, [...about, String(RECOVERY)])
  }

  async #bringBack(present: string): Promise<void> {
    this.#version = undefined
    if (this.#installation === undefined) return
    const { id, secret, createdAt } = this.#installation
    // One that was begun later was begun by somebody who noticed the same. Any other is an older copy: another begins,
    // so that all the others notice too, and nobody believes it because it recovered from something long ago.
    const isLater = generationOf(present) > generationOf(this.#incarnation)
    const about = [id, secret, String(createdAt), isLater ? '' : present, String(this.known.sequence)]
    const begun = newIncarnation(Math.max(generationOf(present), generationOf(this.#incarnation)) + 1)
    const all = this.known.all()
    const entries = all.flatMap(({ sequence, ...word }) => [
      nameOf(word),
      JSON.stringify(word),
      String(sequence),
    ])
    let incarnation: unknown
    for (let i = 0; i === 0 || i < entries.length; i += BATCH) {
      const batch = entries.slice(i, i + BATCH)
      incarnation = await this.#options.write(BRING_BACK, this.#keys, [
        ...about,
        begun,
        String(RECOVERY),
        ...batch,
      ])
    }
    await this.#options.onBroughtBack(all)
    // Gone again: then all begins anew.
    if (typeof incarnation !== 'string') return
    // What is known is there now. Whatever is there besides is read with the next answer.
    this.#incarnation = incarnation
    this.#point = '0:'
    this.known.trustedFrom = this.known.sequence + 1
  }

  async #forgetEnded(): Promise<void> {
    const now = Date.now()
    const ended = this.known.all().filter(({ until }) => until !== undefined && until <= now)
    if (ended.length === 0) return
    const names = ended.slice(0, 100).flatMap(entry => [nameOf(entry), String(entry.sequence)])
    await this.#options.run(FORGET, this.#keys, names)
  }
}

function parseVersion(version: string): { readonly incarnation: string; readonly sequence: number } {
  const dot = version.lastIndexOf('.')
  return { incarnation: version.slice(0, dot), sequence: Number(version.slice(dot + 1).split(':', 1)[0]) }
}

function unavailable(detail: string): PosternError {
  return new PosternError('store_unavailable', {
    detail: `redis: ${detail}`,
    headers: { 'Retry-After': '1' },
  })
}
