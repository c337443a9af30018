import type { Principal } from '../auth/principal.ts'

/** Who somebody is, as text, whichever of their credentials they come with. Callers under `anonymous` are all the same. */
export function personOf({ scheme, subject, organization }: Principal): string {
  return JSON.stringify([scheme, subject, organization ?? null])
}
