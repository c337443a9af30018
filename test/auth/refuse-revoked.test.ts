import t from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { isCalledBack, refuseRevoked } from '../../src/auth/refuse-revoked.ts'
import { RevocationIndex } from '../../src/store/process/revocation-index.ts'
import type { NewRevocation } from '../../src/store/revocation.ts'

const NOW = 1_000_000
const PRINCIPAL: Principal = {
  subject: 'ada',
  organization: 'acme',
  roles: [],
  scopes: ['read:*'],
  scheme: 'jwt',
  schemeIndex: 0,
  credentialId: 'jti_1',
  expiresAt: undefined,
  client: 'claude',
  sequence: undefined,
  issuedAt: undefined,
  restsOn: [],
  audience: undefined,
}

function known(sequence: number, ...said: Partial<NewRevocation>[]): RevocationIndex {
  const index = new RevocationIndex()
  for (const [i, one] of said.entries()) {
    index.add([
      {
        kind: 'subject',
        value: 'ada',
        recheck: false,
        at: NOW - 10,
        until: undefined,
        reason: undefined,
        ...one,
        sequence: sequence + i,
      },
    ])
  }
  index.sequence = sequence + said.length
  return index
}

function isRefused(change: Partial<Principal>, index: RevocationIndex): boolean {
  try {
    refuseRevoked({ ...PRINCIPAL, ...change }, index, NOW)
    return false
  } catch (error) {
    t.match(error, { code: 'invalid_token', status: 401 })
    return true
  }
}

t.test('a credential is refused by its own id, however new it is, and no other is', async t => {
  const index = known(5, { kind: 'credential', value: 'jti_1' })
  t.ok(isRefused({}, index))
  t.ok(isRefused({ sequence: 99, issuedAt: NOW + 99 }, index))
  t.notOk(isRefused({ credentialId: 'jti_2' }, index))
  t.notOk(isRefused({ credentialId: 'JTI_1' }, index))
})

for (const [kind, value] of [
  ['subject', 'ada'],
  ['organization', 'acme'],
  ['client', 'claude'],
] as const) {
  t.test(`a whole ${kind}: what may be older is refused`, async t => {
    const index = known(5, { kind, value })
    t.ok(isRefused({}, index), 'of unknown age')
    t.ok(isRefused({ sequence: 4 }, index), 'minted before')
    t.ok(isRefused({ sequence: 0 }, index), 'minted by an earlier version')
    t.notOk(isRefused({ sequence: 6 }, index), 'minted afterwards')
    t.ok(isRefused({ issuedAt: NOW - 10 }, index), 'issued in the same moment')
    t.notOk(isRefused({ issuedAt: NOW - 9 }, index), 'issued afterwards')
    t.ok(isRefused({ issuedAt: Number.NaN }, index), 'a time that is none')
    t.ok(isRefused({ sequence: 4, issuedAt: NOW }, index), 'the count tells, not the clock')
    t.notOk(isRefused({}, known(5, { kind, value: `${value}2` })))
  })
}

t.test('kinds are not mixed up, and who has no organisation or client is not that of none', async t => {
  t.notOk(isRefused({}, known(5, { kind: 'organization', value: 'ada' }, { kind: 'client', value: 'acme' })))
  const none = known(5, { kind: 'organization', value: 'undefined' }, { kind: 'client', value: '' })
  t.notOk(isRefused({ organization: undefined, client: undefined }, none))
})

t.test('an end comes, and one that is no number does not', async t => {
  t.ok(isRefused({}, known(5, { until: NOW + 1 })))
  t.notOk(isRefused({}, known(5, { until: NOW })))
  t.ok(isRefused({}, known(5, { until: Number.NaN })))
})

t.test('a recheck refuses nobody, and calls back what was asked before it', async t => {
  const index = known(5, { recheck: true })
  t.notOk(isRefused({}, index))
  t.equal(isCalledBack(PRINCIPAL, 4, index), true)
  t.equal(isCalledBack(PRINCIPAL, 5, index), false)
  t.equal(isCalledBack({ ...PRINCIPAL, subject: 'bob' }, 4, index), false)
  for (const [kind, value] of [
    ['credential', 'jti_1'],
    ['organization', 'acme'],
    ['client', 'claude'],
  ] as const) {
    t.equal(isCalledBack(PRINCIPAL, 4, known(5, { kind, value, recheck: true })), true, kind)
  }
  t.equal(isCalledBack(PRINCIPAL, 4, known(5, {})), false, 'a refusal is no recheck')
})

t.test('what a credential rests on ends it, however new it is, and calls it back', async t => {
  const restsOn = ['gra_1', 'crd_1']
  for (const value of restsOn) {
    const index = known(5, { kind: 'credential', value })
    t.ok(isRefused({ restsOn, sequence: 99 }, index), value)
    t.notOk(isRefused({ restsOn: ['gra_2'] }, index))
    t.notOk(isRefused({ credentialId: 'jti_2' }, index))
    const over = known(5, { kind: 'credential', value, until: NOW })
    t.notOk(isRefused({ restsOn }, over))
    const anew = known(5, { kind: 'credential', value, recheck: true })
    t.notOk(isRefused({ restsOn }, anew))
    t.ok(isCalledBack({ ...PRINCIPAL, restsOn }, 4, anew))
    t.notOk(isCalledBack(PRINCIPAL, 4, anew))
  }
})
