import { type KnownRevocations, REVOCABLE, type Revocable, type Revocation } from '../revocation.ts'

type ByKind = Readonly<Record<Revocable, Map<string, Revocation>>>

/**
 * All revocations of a store, in memory: what every request is checked against without a question for each of its
 * properties. The store brings it up to date.
 */
export class RevocationIndex implements KnownRevocations {
  readonly #refusals = emptyMaps()
  readonly #rechecks = emptyMaps()
  readonly #maps = [...Object.values(this.#refusals), ...Object.values(this.#rechecks)]
  sequence = 0
  trustedFrom = 0

  get size(): number {
    return this.#maps.reduce((sum, map) => sum + map.size, 0)
  }

  find(kind: Revocable, value: string): Revocation | undefined {
    return this.#refusals[kind].get(value)
  }

  findRecheck(kind: Revocable, value: string): Revocation | undefined {
    return this.#rechecks[kind].get(value)
  }

  /** Takes what was said since; an older word never replaces a newer one. */
  add(revocations: Iterable<Revocation>): void {
    for (const revocation of revocations) {
      const map = (revocation.recheck ? this.#rechecks : this.#refusals)[revocation.kind]
      const known = map.get(revocation.value)
      if (known === undefined || known.sequence <= revocation.sequence) map.set(revocation.value, revocation)
    }
  }

  /** Takes these and forgets all others. */
  replace(revocations: Iterable<Revocation>): void {
    for (const map of this.#maps) map.clear()
    this.add(revocations)
  }

  /** Forgets what refuses; a recheck is forgotten only when it has ended. */
  remove(kind: Revocable, value: string): void {
    this.#refusals[kind].delete(value)
  }

  /** Oldest first. */
  all(): Revocation[] {
    return this.#maps.flatMap(map => [...map.values()]).sort((a, b) => a.sequence - b.sequence)
  }
}

function emptyMaps(): ByKind {
  return Object.fromEntries(REVOCABLE.map(kind => [kind, new Map()])) as Record<
    Revocable,
    Map<string, Revocation>
  >
}
