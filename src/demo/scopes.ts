/** How much a scope allows: `manage` includes `write`, `write` includes `read`. */
const TIERS: readonly string[] = ['read', 'write', 'manage']
const RESOURCES: readonly string[] = ['invoices', 'contacts', 'workspaces']

/** What a user may do at all; a token can only narrow it. */
export type Role = 'admin' | 'accountant' | 'viewer'

const ROLE_SCOPES: Readonly<Record<Role, readonly string[]>> = {
  admin: ['*'],
  accountant: ['manage:invoices', 'write:contacts', 'read:workspaces'],
  viewer: ['read:*'],
}

interface Grant {
  /** Index into {@link TIERS}. */
  readonly tier: number
  /** A resource, or `*` for all. */
  readonly resource: string
}

/** Everything that a role allows. */
export function roleScopes(role: Role): readonly string[] {
  return ROLE_SCOPES[role]
}

/** Whether a string is a scope: `*`, or `tier:resource` with a known tier and a known resource or `*`. */
export function isScope(scope: string): boolean {
  return parse(scope) !== undefined
}

/** Whether the granted scopes include the required one. */
export function allows(granted: readonly string[], required: string): boolean {
  const wanted = parse(required)
  return wanted !== undefined && granted.some(scope => includes(parse(scope), wanted))
}

/** What is left of a token's scopes under a role: in each pair the smaller tier on the narrower resource. */
export function narrow(scopes: readonly string[], role: Role): readonly string[] {
  const left = scopes.flatMap(scope => roleScopes(role).map(limit => meet(scope, limit)))
  return [...new Set(left.filter(scope => scope !== undefined))]
}

function meet(scope: string, limit: string): string | undefined {
  const wanted = parse(scope)
  const most = parse(limit)
  if (!wanted || !most) return undefined
  if (includes(most, wanted)) return scope
  if (wanted.resource !== '*' && most.resource !== '*' && wanted.resource !== most.resource) return undefined
  const resource = wanted.resource === '*' ? most.resource : wanted.resource
  return `${TIERS[Math.min(wanted.tier, most.tier)]}:${resource}`
}

function includes(grant: Grant | undefined, wanted: Grant): boolean {
  if (!grant || grant.tier < wanted.tier) return false
  return grant.resource === '*' || grant.resource === wanted.resource
}

function parse(scope: string): Grant | undefined {
  if (scope === '*') return { tier: TIERS.length - 1, resource: '*' }
  const [tierName, resource, ...rest] = scope.split(':')
  const tier = TIERS.indexOf(tierName ?? '')
  if (tier < 0 || resource === undefined || rest.length > 0) return undefined
  return resource === '*' || RESOURCES.includes(resource) ? { tier, resource } : undefined
}
