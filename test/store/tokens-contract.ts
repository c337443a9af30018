import type { Test } from 'tap'
import type { Store, TokenQuery } from '../../src/store/store.ts'
import { tokenRecord } from './contract.ts'

/** What every store must do with many tokens. It may hold others already. */
export async function tokensContract(t: Test, store: Store): Promise<void> {
  // Not in the order of their ages, several of one age, and of subjects that begin alike.
  const ages = [50_000, 40_000, 60_000, 40_000, 70_000, 40_000, 45_000]
  for (const [index, createdAt] of ages.entries()) {
    const subject = index % 2 === 0 ? 'paged' : 'paged:{x} ☃'
    await store.createToken(tokenRecord(`tok_page_${index}`, { createdAt, subject }))
  }

  await t.test('a token is found by its id, as it is now', async t => {
    t.strictSame(
      { ...(await store.getToken('tok_page_1')), sequence: 0 },
      {
        ...tokenRecord('tok_page_1', { createdAt: 40_000, subject: 'paged:{x} ☃' }),
      },
    )
    await store.revokeToken('tok_page_6', 99_000)
    t.equal((await store.getToken('tok_page_6'))?.revokedAt, 99_000)
    for (const id of ['', 'tok_page_9', 'hash-of-tok_page_1', '*', "' OR 1=1 --", '__proto__']) {
      t.equal(await store.getToken(id), undefined, id)
    }
  })

  await t.test('pages of any size hold all tokens, each once, oldest first', async t => {
    const all = (await store.listTokens()).map(({ id }) => id)
    for (const limit of [1, 2, 3, all.length, all.length + 1]) {
      const read = await readPages(store, { limit })
      t.strictSame(read.map(({ id }) => id).toSorted(), all.toSorted(), `${limit} at a time`)
      const times = read.map(({ createdAt }) => createdAt)
      t.strictSame(
        times,
        times.toSorted((a, b) => a - b),
      )
    }
  })

  await t.test('pages of one subject hold its tokens and no others', async t => {
    for (const [subject, ids] of [
      ['paged', ['tok_page_6', 'tok_page_0', 'tok_page_2', 'tok_page_4']],
      ['paged:{x} ☃', ['tok_page_1', 'tok_page_3', 'tok_page_5']],
      ['page', []],
      ['', []],
      ['__proto__', []],
    ] as const) {
      for (const limit of [1, 2, 10]) {
        const read = await readPages(store, { subject, limit })
        const found = read.map(({ id }) => id)
        // Those of one age have no order of their own.
        t.strictSame(subject === 'paged' ? found : found.toSorted(), ids, `${subject}, ${limit} at a time`)
      }
    }
  })

  await t.test('nothing comes after what is not there', async t => {
    for (const after of ['tok_none', '', '*']) {
      t.strictSame(await store.pageTokens({ after, limit: 10 }), [], after)
    }
  })

  await t.test('what is made between two pages is not missed where it is younger', async t => {
    const [first] = await store.pageTokens({ subject: 'late', limit: 1 })
    t.equal(first, undefined)
    await store.createToken(tokenRecord('tok_late_1', { createdAt: 80_000, subject: 'late' }))
    await store.createToken(tokenRecord('tok_late_2', { createdAt: 80_001, subject: 'late' }))
    const after = (await store.pageTokens({ subject: 'late', limit: 1 }))[0]?.id
    t.equal(after, 'tok_late_1')
    t.equal((await store.pageTokens({ subject: 'late', after, limit: 5 }))[0]?.id, 'tok_late_2')
  })
}

async function readPages(store: Store, query: TokenQuery) {
  const read = []
  for (let after: string | undefined; ; ) {
    const page = await store.pageTokens({ ...query, after })
    if (page.length === 0) return read
    if (page.length > query.limit) throw new Error('a page is larger than asked for')
    read.push(...page)
    after = page.at(-1)?.id
  }
}
