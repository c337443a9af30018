import type { Authenticated } from './principal.ts'

/**
 * Has a caller's own credential verified anew where the product answered 401 to exactly that: it may have been revoked
 * since it was asked about. Nothing else that a backend answers says so.
 *
 * @param presented - the headers that the call presented
 */
export function doubtRefused(
  { forwardable, doubt }: Authenticated,
  presented: Authenticated['forwardable'],
  status: number,
): void {
  if (status === 401 && presented === forwardable) doubt?.()
}
