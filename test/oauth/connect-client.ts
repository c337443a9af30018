import type { Grants } from '../../src/oauth/grants/grants.ts'
import type { Person } from '../../src/oauth/person.ts'

const REDIRECT = 'https://claude.ai/cb'
const SCOPES = ['read:*']

/** Connects a client of claude.ai in somebody's name, without any page, and gives the id of the grant. */
export async function connectClient(
  grants: Pick<Grants, 'issueCode'>,
  person: Person,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<string> {
  const { grant } = await grants.issueCode({
    client: {
      id,
      name,
      origin: 'document',
      host: 'claude.ai',
      redirectUris: [REDIRECT],
      grantTypes: new Set(['authorization_code'] as const),
      authentication: { method: 'none' },
      scopes: undefined,
      acts: undefined,
    },
    request: {
      clientId: id,
      redirectUri: REDIRECT,
      state: undefined,
      codeChallenge: 'x'.repeat(43),
      scopes: SCOPES,
      resource: 'https://mcp.acme.example/mcp',
      prompt: new Set(),
    },
    person,
    scopes: SCOPES,
  })
  return grant.id
}
