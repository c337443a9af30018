import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Test } from 'tap'
import { type FleetNode, type Surroundings, startNode, surroundings } from '../fleet/start-fleet.ts'
import { type CredentialKind, KINDS, MODES, type OnUnavailable, Tally } from './cell.ts'
import { FAULTS, type Fault, type RedisSite, startSite } from './faults.ts'
import { LIMITS } from './probes.ts'
import { STALENESS, Trial } from './trial.ts'

/** How often each fault is brought about under each setting. */
export const TRIALS = 3

/** What {@link measureMatrix} has found. */
export interface Matrix {
  readonly seed: string
  readonly tallies: readonly Tally[]
  /** Milliseconds from starting a gateway until it listened, with Redis there and without. */
  readonly startUp: { readonly reachable: readonly number[]; readonly unreachable: readonly number[] }
}

/**
 * Brings about every fault under every setting, with fleets of real processes; both settings side by side.
 *
 * @param pause - milliseconds between two rounds of calls
 */
export async function measureMatrix(t: Test, { pause }: { readonly pause: number }): Promise<Matrix> {
  const seed = randomBytes(3).toString('hex')
  const around = await surroundings(t)
  const startUp = { reachable: [] as number[], unreachable: [] as number[] }
  const tallies: Tally[] = []

  async function measure(fault: Fault, onUnavailable: OnUnavailable): Promise<void> {
    const began = performance.now()
    const own = Object.fromEntries(
      KINDS.map(kind => [kind, new Tally(fault.name, onUnavailable, kind)]),
    ) as Record<CredentialKind, Tally>
    tallies.push(...KINDS.map(kind => own[kind]))
    const site = await startSite(t)
    let nodes: readonly FleetNode[] = []
    for (let number = 0; number < TRIALS; number++) {
      const id = `${seed}-${FAULTS.indexOf(fault)}-${onUnavailable}-${number}`
      const start = async (count: number) => {
        if (nodes.length > 0 && !fault.isAtStart) return nodes
        const isThere = !fault.isAtStart || count === 1
        await end(nodes)
        nodes = await startAll(t, around, site, { fault, onUnavailable, number, startUp, count, isThere })
        return nodes
      }
      await new Trial({ fault, onUnavailable, number, site, around, start, tallies: own, pause, id }).run()
    }
    await end(nodes)
    await site.server.kill()
    t.comment(`${fault.name}, ${onUnavailable}: ${Math.round((performance.now() - began) / 1_000)} s`)
  }

  const only = process.argv.find(argument => argument.startsWith('--only='))?.slice(7)
  for (const fault of FAULTS.filter(({ name }) => only === undefined || name === only))
    await Promise.all(MODES.map(mode => measure(fault, mode)))
  const order = (tally: Tally) =>
    KINDS.indexOf(tally.credential) + KINDS.length * MODES.indexOf(tally.onUnavailable)
  const place = (tally: Tally) => order(tally) + 100 * FAULTS.findIndex(({ name }) => name === tally.fault)
  return { seed, tallies: tallies.sort((a, b) => place(a) - place(b)), startUp }
}

interface StartOptions {
  readonly fault: Fault
  readonly onUnavailable: OnUnavailable
  readonly number: number
  readonly count: number
  /** Whether Redis can be reached just now. */
  readonly isThere: boolean
  readonly startUp: { reachable: number[]; unreachable: number[] }
}

async function startAll(
  t: Test,
  around: Surroundings,
  site: RedisSite,
  { fault, onUnavailable, number, startUp, count, isThere }: StartOptions,
): Promise<readonly FleetNode[]> {
  // Refused connections are real ones where Redis is gone; what the proxy does needs the proxy.
  const isByProxy = !fault.isDown || (fault.isAtStart && number % 2 === 1)
  const port = isByProxy ? site.proxy.port : site.port
  const store = onUnavailable === 'stale' ? { onUnavailable, stale: `${STALENESS}ms` } : { onUnavailable }
  const name = `${FAULTS.indexOf(fault)}-${onUnavailable}`
  const options = { redisUrl: `redis://127.0.0.1:${port}/0`, store, limits: LIMITS, name }
  return Promise.all(
    Array.from({ length: count }, async (_, node) => {
      const began = performance.now()
      const started = await startNode(t, around, options, node)
      startUp[isThere ? 'reachable' : 'unreachable'].push(performance.now() - began)
      return started
    }),
  )
}

async function end(nodes: readonly FleetNode[]): Promise<void> {
  for (const { process } of nodes) process.child.kill('SIGKILL')
  await Promise.all(nodes.map(({ process }) => process.exited))
}

/** Where the figures are from. */
export const MACHINE = `${availableParallelism()} processors, shared with other work`
