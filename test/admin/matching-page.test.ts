/** Pages of a list that is sieved: nothing is lost or told twice, and no request reads without end. */
import t from 'tap'
import { MOST_READ, matchingPage } from '../../src/admin/matching-page.ts'

interface Thing {
  readonly id: string
  readonly mine: boolean
}

const listOf = (count: number, mine: (index: number) => boolean): readonly Thing[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), mine: mine(index) }))

/** A list, and how much of it was read in how many questions. */
function source(all: readonly Thing[]) {
  const seen = { questions: 0, things: 0 }
  const read = async (after: string | undefined, limit: number) => {
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
    const found = all.slice(start, start + limit)
    seen.questions += 1
    seen.things += found.length
    return found
  }
  return { read, seen }
}

const mine = ({ mine }: Thing) => mine

t.test('pages put together are all that match, in order, whatever their size', async t => {
  for (const count of [0, 1, 7, 199, 200, 201, 650]) {
    for (const every of [1, 2, 7, 300]) {
      for (const limit of [1, 3, 100]) {
        const all = listOf(count, index => index % every === 0)
        const { read } = source(all)
        const found: string[] = []
        let after: string | undefined
        do {
          const page = await matchingPage({ read, matches: mine, after, limit })
          t.ok(page.things.length <= limit)
          t.ok(page.next === undefined || page.things.length === limit, 'no empty page at the end')
          found.push(...page.things.map(({ id }) => id))
          after = page.next
        } while (after !== undefined)
        t.same(
          found,
          all.filter(mine).map(({ id }) => id),
          `${count}, every ${every}, by ${limit}`,
        )
      }
    }
  }
})

t.test('where hardly any match, a request ends all the same and says where to go on', async t => {
  const all = listOf(3 * MOST_READ, index => index === 2 * MOST_READ + 1)
  const { read, seen } = source(all)
  const first = await matchingPage({ read, matches: mine, after: undefined, limit: 1 })
  t.same(first, { things: [], next: String(MOST_READ - 1) })
  t.equal(seen.things, MOST_READ)
  t.ok(seen.questions <= MOST_READ / 100, 'not one by one')
  const second = await matchingPage({ read, matches: mine, after: first.next, limit: 1 })
  const third = await matchingPage({ read, matches: mine, after: second.next, limit: 1 })
  t.same(
    third.things.map(({ id }) => id),
    [String(2 * MOST_READ + 1)],
  )
})

t.test('without a sieve it reads what it answers, and one more', async t => {
  const { read, seen } = source(listOf(1_000, () => false))
  const { things, next } = await matchingPage({ read, matches: undefined, after: '9', limit: 20 })
  t.same([things[0]?.id, things.length, next, seen.things], ['10', 20, '29', 21])
})
