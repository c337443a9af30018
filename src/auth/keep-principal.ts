import type { Principal } from './principal.ts'

/**
 * `previous` if it says the same as `next`, else `next`. What others derive from a principal (visible tools,
 * prepared lists) hangs on the object, so a caller who is verified again should stay the same object.
 */
export function keepPrincipal(previous: Principal | undefined, next: Principal): Principal {
  return previous !== undefined && isSame(previous, next) ? previous : next
}

function isSame(a: Principal, b: Principal): boolean {
  return (
    a.subject === b.subject &&
    a.organization === b.organization &&
    a.scheme === b.scheme &&
    a.schemeIndex === b.schemeIndex &&
    a.credentialId === b.credentialId &&
    a.expiresAt === b.expiresAt &&
    a.client === b.client &&
    a.sequence === b.sequence &&
    a.issuedAt === b.issuedAt &&
    isSameList(a.roles, b.roles) &&
    isSameList(a.scopes, b.scopes) &&
    isSameList(a.restsOn, b.restsOn) &&
    (a.audience === undefined) === (b.audience === undefined) &&
    isSameList(a.audience ?? [], b.audience ?? []) &&
    (a.flags === undefined) === (b.flags === undefined) &&
    isSameList(a.flags ?? [], b.flags ?? []) &&
    isSameList(a.unlearnt ?? [], b.unlearnt ?? [])
  )
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
