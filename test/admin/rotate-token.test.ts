/** A rotation brings nobody back, also not who is revoked while it goes on. */
import t from 'tap'
import { rotateToken } from '../../src/admin/rotate-token.ts'
import { mintToken } from '../../src/auth/mint-token.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'

const NOW = 1_700_000_000_000

async function setUp() {
  const memory = createMemoryStore()
  const { record } = mintToken(
    { prefix: 'p_', name: 'n', subject: 'ada', roles: [], scopes: ['read:*'] },
    NOW,
  )
  await memory.createToken(record)
  const during = async (happens: () => Promise<unknown>, overlap: number) => {
    const store: Store = {
      ...memory,
      async createToken(next) {
        await happens()
        await memory.createToken(next)
      },
    }
    return rotateToken(store, { id: record.id, overlap, prefix: 'p_', now: NOW + 1_000 })
  }
  const alive = async () =>
    (await memory.listTokens()).filter(({ revokedAt }) => revokedAt === undefined).map(({ id }) => id)
  return { memory, id: record.id, during, alive }
}

for (const overlap of [0, 60_000]) {
  t.test(`a token that is revoked while it is rotated has no successor, overlap ${overlap}`, async t => {
    const { memory, id, during, alive } = await setUp()
    await t.rejects(
      during(() => memory.revokeToken(id, NOW + 999), overlap),
      { code: 'conflict' },
    )
    t.strictSame(await alive(), [])
  })

  t.test(`nor has one whose subject is revoked meanwhile, overlap ${overlap}`, async t => {
    const { memory, id, during, alive } = await setUp()
    const word = { kind: 'subject', value: 'ada', recheck: false, at: NOW } as const
    await t.rejects(
      during(() => memory.revoke({ ...word, until: undefined, reason: undefined }), overlap),
      { code: 'conflict' },
    )
    t.notOk(
      (await alive()).some(each => each !== id),
      'only the old one may be left, which its subject’s end ends',
    )
  })

  t.test(`two rotations of one token have one successor, overlap ${overlap}`, async t => {
    const { memory, id, during, alive } = await setUp()
    const other = () => rotateToken(memory, { id, overlap, prefix: 'p_', now: NOW + 999 })
    await t.rejects(during(other, overlap), { code: 'conflict' })
    t.equal((await alive()).filter(each => each !== id).length, 1)
  })
}
