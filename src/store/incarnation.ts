import { randomBytes } from 'node:crypto'

/** A name for a state that begins, `<generation>~<random>`. @param generation - higher than that of all that are known */
export function newIncarnation(generation: number): string {
  return `${generation}~${randomBytes(9).toString('base64url')}`
}

/** 0 for the empty one, which nobody has begun. */
export function generationOf(incarnation: string): number {
  return Number(incarnation.split('~', 1)[0] ?? 0)
}
