import type { Principal } from '../../src/auth/principal.ts'
import type { Tier, Tool } from '../../src/catalogue/tool.ts'
import type { Expression } from '../../src/config/expression.ts'

/** A tool as the policy sees it: name, tier, resource, scopes, `when`. */
export function makeTool(
  name: string,
  scopes: string | readonly string[],
  when?: Expression['evaluate'],
  tier: Tier = 'read',
  members: Expression['members'] = [],
): Tool {
  return {
    name,
    title: undefined,
    description: '',
    api: 'billing',
    operation: { operationId: name, method: 'GET', path: '/', tags: [], deprecated: false, pointer: '#' },
    tier,
    resource: 'invoices',
    scopes: typeof scopes === 'string' ? [scopes] : scopes,
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    when: when && { source: 'test', members, evaluate: when },
    inputSchema: {},
    definition: '{}',
    validate: () => [],
    repair: () => undefined,
    guardBound: () => [],
    bind: new Map(),
    plan: {
      method: 'GET',
      baseUrl: 'http://127.0.0.1',
      path: ['/'],
      query: [],
      headers: [],
      cookies: [],
      body: undefined,
      accept: 'application/json',
    },
    isSensitive: () => false,
  }
}

/** A caller with these scopes. */
export function makePrincipal(scopes: readonly string[], roles: readonly string[] = []): Principal {
  return {
    subject: 'user-7',
    organization: 'org-1',
    roles,
    scopes,
    scheme: 'token',
    schemeIndex: 0,
    credentialId: 'tok_1',
    expiresAt: undefined,
    client: undefined,
    sequence: undefined,
    issuedAt: undefined,
    restsOn: [],
    audience: undefined,
  }
}
