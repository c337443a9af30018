import { describe, isAccepted } from '../fleet/background.ts'
import { type Desk, openDesk } from '../fleet/desk.ts'
import type { Answer } from '../fleet/node-client.ts'
import { markerOf } from '../fleet/product.ts'
import type { FleetNode, Surroundings } from '../fleet/start-fleet.ts'
import { type CredentialKind, KINDS, type OnUnavailable, type Tally } from './cell.ts'
import type { Fault, RedisSite } from './faults.ts'
import { COUNTED, FEW, makeProbes, type Probe, warmUp } from './probes.ts'

/** Milliseconds for which callers go on under `stale`. */
export const STALENESS = 2_000
/** Milliseconds for which a fault lasts: under `stale` until long after nobody may go on any more. */
const LASTS = { deny: 1_500, stale: 3_600 } as const
/** Every live gateway has asked after so many milliseconds, whether or not anybody calls. */
const HEARD = 500
/** Gateways of a fleet. */
const NODES = 3
const LONGEST_RECOVERY = 15_000
/** Rounds of calls while a fault lasts that says something: where Redis answers late, one takes most of it. */
const LEAST_ROUNDS = { down: 3, there: 1 } as const

/** What one trial is about. */
export interface TrialOptions {
  readonly fault: Fault
  readonly onUnavailable: OnUnavailable
  readonly number: number
  readonly site: RedisSite
  readonly around: Surroundings
  /** Starts the gateways; called before the fault or, where it is one of the start, while it lasts. */
  readonly start: (count: number) => Promise<readonly FleetNode[]>
  readonly tallies: Readonly<Record<CredentialKind, Tally>>
  /** Milliseconds between two rounds of calls. */
  readonly pause: number
  /** For messages. */
  readonly id: string
}

/** One fault from its beginning to its end, with everything that must and must not happen meanwhile. */
export class Trial {
  readonly #options: TrialOptions
  #nodes: readonly FleetNode[] = []
  #desk: Desk | undefined
  #probes: readonly Probe[] = []
  /** Undefined before the fault and after it. */
  #begunAt: number | undefined
  #spentAccepted = 0
  #countedAccepted = 0

  constructor(options: TrialOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { fault, onUnavailable, site, number, start } = this.#options
    this.#nodes = await start(fault.isAtStart ? 1 : NODES)
    await this.#prepare()
    await fault.begin(site, number)
    if (fault.isAtStart) {
      this.#nodes = await start(NODES)
      await this.#checkReadiness(503)
    }
    this.#begunAt = performance.now()
    const end = this.#begunAt + LASTS[onUnavailable]
    await this.#sweep()
    if (!fault.isDown) await this.#revokeLate()
    const least = LEAST_ROUNDS[fault.isDown ? 'down' : 'there']
    for (let rounds = 1; rounds < least || performance.now() < end; rounds++) {
      await this.#pause()
      await this.#sweep()
    }
    this.#begunAt = undefined
    await fault.end(site, number)
    await this.#recover(performance.now())
    await this.#afterwards()
  }

  get #first(): FleetNode {
    const [node] = this.#nodes
    if (node === undefined) throw new Error('no node')
    return node
  }

  async #openDesk(): Promise<Desk> {
    const { site, around } = this.#options
    return openDesk(around, `redis://127.0.0.1:${site.port}/0`)
  }

  async #prepare(): Promise<void> {
    const { fault, onUnavailable, around, id } = this.#options
    this.#desk = await this.#openDesk()
    this.#probes = await makeProbes(this.#desk, this.#first, around, id)
    await warmUp(this.#probes, this.#nodes)
    this.#countedAccepted += this.#nodes.length
    for (const probe of this.#probes) {
      if (probe.role === 'revoked') await this.#desk.revoke(this.#first, probe.revocation)
    }
    // Nobody calls any more. Where callers may go on without the store, a node that was not asked since must have
    // heard of it by itself; where they may not, the fault begins at once.
    if (onUnavailable === 'stale' && !fault.isAtStart)
      await new Promise(resolve => setTimeout(resolve, HEARD))
  }

  /** Each credential once on each node, all at the same time. */
  async #sweep(only: (probe: Probe) => boolean = () => true): Promise<void> {
    const calls = this.#nodes.flatMap(node => this.#probes.filter(only).map(probe => ({ node, probe })))
    await Promise.all(calls.map(({ node, probe }) => this.#call(node, probe)))
  }

  /** Calls without a pause burn what the machine has, and show no more. */
  #pause(): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, this.#options.pause))
  }

  async #call(node: FleetNode, probe: Probe): Promise<Answer> {
    const { role } = probe
    const since = this.#begunAt === undefined ? undefined : performance.now() - this.#begunAt
    const marker = markerOf(probe.caller, 'call')
    const answer = await node.call(probe.credential, probe.tool, { marker })
    const tally = this.#options.tallies[probe.kind]
    tally.calls++
    if (answer.status === 0) tally.hangs++
    if (isAccepted(answer)) {
      if (probe.tool === 'get_counted') this.#countedAccepted++
      if (this.#isWrong(probe, role, since)) this.#report(tally, 'ACCEPTED', node, probe, answer, since)
      else if (since !== undefined) tally.accepted++
    } else if (answer.status === 503 && answer.headers['retry-after'] === undefined) {
      this.#report(tally, 'no Retry-After', node, probe, answer, since)
    } else if (![0, 200, 401, 503].includes(answer.status)) {
      this.#report(tally, 'unexpected', node, probe, answer, since)
    }
    return answer
  }

  /** @param since - milliseconds from the fault's beginning to the call's; undefined: the fault is over */
  #isWrong(probe: Probe, role: Probe['role'], since: number | undefined): boolean {
    const { fault, onUnavailable } = this.#options
    if (role === 'spent') return !fault.losesData || since !== undefined || ++this.#spentAccepted > FEW
    if (role === 'unknown') return true
    if (role === 'revoked') return !this.#isLate(probe)
    if (since === undefined || !fault.isDown) return false
    return fault.isAtStart || probe.kind === 'limits' || onUnavailable === 'deny' || since > STALENESS
  }

  /**
   * Under `stale` a node that just then can't ask lets a caller go on who was revoked meanwhile; no longer than was
   * configured, and never where it can ask.
   */
  #isLate({ revokedAt }: Probe): boolean {
    const { fault, onUnavailable } = this.#options
    if (onUnavailable === 'deny' || !fault.isIntermittent || revokedAt === undefined) return false
    return performance.now() - revokedAt < STALENESS
  }

  #report(tally: Tally, what: string, node: FleetNode, probe: Probe, answer: Answer, since?: number): void {
    const when = since === undefined ? 'after the fault' : `${Math.round(since)} ms into it`
    const { fault, onUnavailable, id } = this.#options
    const about = `${fault.name}/${onUnavailable}, trial ${id}, node ${node.number}, ${probe.kind} ${probe.role}`
    tally.problems.push(`${what}: ${about}, ${when}: ${describe(answer)}`)
    if (what === 'ACCEPTED') tally.wrongAcceptances++
  }

  /** Redis answers, late or now and then: who is told that something is revoked must be able to rely on it. */
  async #revokeLate(): Promise<void> {
    for (const probe of this.#probes.filter(({ role }) => role === 'late')) {
      for (let isRevoked = false; !isRevoked; ) {
        isRevoked = await this.#revoke(probe).then(
          () => true,
          () => new Promise<false>(resolve => setTimeout(resolve, 10, false)),
        )
      }
      await this.#sweep(other => other === probe)
    }
  }

  async #revoke(probe: Probe): Promise<void> {
    await this.#desk?.revoke(this.#first, probe.revocation)
    probe.role = 'revoked'
    probe.revokedAt = performance.now()
  }

  async #recover(from: number): Promise<void> {
    const { fault, tallies } = this.#options
    const recovered = (probe: Probe, answer: Answer) =>
      isAccepted(answer) || (fault.losesData && probe.kind === 'token' && answer.status === 401)
    const others = { isWanted: true }
    const sweeping = (async () => {
      while (others.isWanted) {
        await this.#sweep(({ role }) => role !== 'good')
        await this.#pause()
      }
    })()
    await Promise.all(
      KINDS.map(async kind => {
        const [probe] = this.#probes.filter(probe => probe.kind === kind && probe.role === 'good')
        if (probe === undefined) throw new Error(`no good ${kind}`)
        const times = await Promise.all(
          this.#nodes.map(async node => {
            while (performance.now() - from < LONGEST_RECOVERY) {
              if (recovered(probe, await this.#call(node, probe))) return performance.now() - from
              await new Promise(resolve => setTimeout(resolve, 10))
            }
            return Number.POSITIVE_INFINITY
          }),
        )
        tallies[kind].recoveries.push(Math.max(...times))
      }),
    )
    others.isWanted = false
    await sweeping
  }

  /** Redis is back: all is as it would be without the fault, and revocations hold. */
  async #afterwards(): Promise<void> {
    const { fault } = this.#options
    await this.#checkReadiness(200)
    const desk = await this.#openDesk()
    this.#desk = desk
    await this.#checkCounts()
    for (const node of this.#nodes) {
      for (const probe of this.#probes) {
        const answer = await this.#call(node, probe)
        if (probe.role === 'revoked' && answer.status !== 401) this.#complain(node, probe, answer)
        if (probe.role === 'spent' && !fault.isAtStart && !isAccepted(answer)) {
          if (answer.body?.result?.isError !== true) this.#complain(node, probe, answer)
        }
      }
    }
    const caller = { subject: `anew-${this.#options.id}`, organization: 'org0' }
    const { token, id } = await desk.mint(this.#first, caller)
    const anew: Probe = {
      kind: 'token',
      caller,
      credential: token,
      tool: 'get_note',
      role: 'good',
      revocation: { kind: 'token', value: id },
    }
    for (const node of this.#nodes) {
      const answer = await this.#call(node, anew)
      if (!isAccepted(answer)) this.#complain(node, anew, answer)
    }
    const isLost = (probe: Probe) => fault.losesData && probe.kind === 'token'
    const good = [anew, ...this.#probes.filter(probe => probe.role === 'good' && !isLost(probe))]
    this.#probes = good
    for (const probe of good) {
      await this.#revoke(probe)
      await this.#sweep(other => other === probe)
    }
  }

  /** Nothing was let through that was not counted. */
  async #checkCounts(): Promise<void> {
    const { fault, tallies } = this.#options
    const probe = this.#probes.find(({ tool }) => tool === 'get_counted')
    const [node] = this.#nodes
    if (fault.losesData || probe === undefined || node === undefined) return
    const answer = await this.#call(node, probe)
    const left = Number(/;r=(\d+);/.exec(String(answer.headers.ratelimit))?.[1])
    if (COUNTED - left >= this.#countedAccepted) return
    const problem = `${this.#countedAccepted} calls let through, ${COUNTED - left} counted: ${describe(answer)}`
    tallies.limits.problems.push(`${fault.name}: ${problem}`)
    tallies.limits.wrongAcceptances++
  }

  async #checkReadiness(wanted: 200 | 503): Promise<void> {
    for (const node of this.#nodes) {
      const { status, headers } = await node.request('GET', '/readyz')
      if (status === wanted && (wanted === 200 || headers['retry-after'] !== undefined)) continue
      this.#options.tallies.token.problems.push(`${this.#options.fault.name}: /readyz says ${status}`)
    }
  }

  #complain(node: FleetNode, probe: Probe, answer: Answer): void {
    this.#report(this.#options.tallies[probe.kind], 'not as before', node, probe, answer)
  }
}
