import t from 'tap'
import { isRevokedSince } from '../../src/auth/revoked-since.ts'
import type { KnownRevocations, Revocable, Revocation } from '../../src/store/revocation.ts'

const NOW = 1_000_000
const ADA = { subject: 'ada', organization: 'acme', client: 'cli_1' }

function knowing(
  word: Partial<Revocation> & { kind: Revocable; value: string },
  trustedFrom = 0,
): KnownRevocations {
  const all = [{ recheck: false, at: 0, until: undefined, reason: undefined, sequence: 5, ...word }]
  return {
    sequence: 5,
    trustedFrom,
    size: 1,
    find: (kind, value) => all.find(one => one.kind === kind && one.value === value),
    findRecheck: () => undefined,
    all: () => all,
  }
}

t.test('a younger word about subject, organisation or client counts', async t => {
  for (const [kind, value] of [
    ['subject', 'ada'],
    ['organization', 'acme'],
    ['client', 'cli_1'],
  ] as const) {
    t.equal(isRevokedSince(ADA, 4, knowing({ kind, value }), NOW), true, kind)
    t.equal(isRevokedSince(ADA, 5, knowing({ kind, value }), NOW), false, `${kind}, which was said before`)
    t.equal(isRevokedSince(ADA, 4, knowing({ kind, value: 'other' }), NOW), false, `another ${kind}`)
  }
  const none = { subject: 'bo', organization: undefined, client: undefined }
  t.equal(isRevokedSince(none, 4, knowing({ kind: 'client', value: 'cli_1' }), NOW), false)
})

t.test('a word that has ended does not count', async t => {
  const ending = (until: number) => knowing({ kind: 'subject', value: 'ada', until })
  t.equal(isRevokedSince(ADA, 4, ending(NOW), NOW), false)
  t.equal(isRevokedSince(ADA, 4, ending(NOW + 1), NOW), true)
})

t.test('where the store has lost something, each word counts', async t => {
  t.equal(isRevokedSince(ADA, 6, knowing({ kind: 'subject', value: 'ada' }, 7), NOW), true)
})
