import type { Principal } from '../../auth/principal.ts'

/**
 * Whether one may hear of what the other did: people of one organisation, or, where it is not known, the same one. That
 * something was done is the business of nobody else.
 */
export function areTogether(a: Principal, b: Principal): boolean {
  if (a.organization !== undefined || b.organization !== undefined) return a.organization === b.organization
  return a.subject === b.subject
}
