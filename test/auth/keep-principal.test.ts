import t from 'tap'
import { keepPrincipal } from '../../src/auth/keep-principal.ts'
import type { Principal } from '../../src/auth/principal.ts'

const principal: Principal = {
  subject: 'a',
  organization: 'o',
  roles: ['r'],
  scopes: ['s', 't'],
  scheme: 'token',
  schemeIndex: 0,
  credentialId: 'tok_1',
  expiresAt: 1,
  client: undefined,
  sequence: undefined,
  issuedAt: undefined,
  restsOn: [],
  audience: undefined,
}

t.test('the same facts keep the object', async t => {
  t.equal(keepPrincipal(principal, { ...principal, roles: ['r'], scopes: ['s', 't'] }), principal)
})

t.test('any other fact makes it another caller', async t => {
  const changes: Partial<Principal>[] = [
    { subject: 'b' },
    { organization: undefined },
    { roles: [] },
    { roles: ['r', 'x'] },
    { scopes: ['s'] },
    { scopes: ['t', 's'] },
    { scheme: 'bearer' },
    { schemeIndex: 1 },
    { credentialId: 'tok_2' },
    { expiresAt: undefined },
    { client: 'claude' },
    { sequence: 1 },
    { issuedAt: 1 },
    { restsOn: ['gra_1'] },
    { flags: [] },
    { flags: ['beta'] },
    { unlearnt: ['flags'] },
    { audience: [] },
    { audience: ['https://a.example'] },
  ]
  for (const change of changes) {
    const next = { ...principal, ...change }
    t.equal(keepPrincipal(principal, next), next, JSON.stringify(change))
  }
  t.equal(keepPrincipal(undefined, principal), principal)
})
