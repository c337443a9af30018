import t from 'tap'
import { PosternError } from '../../../src/errors.ts'
import { createTypingGuard } from '../../../src/oauth/sign-in/guard-typing.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { createConfig } from '../authorize/rooms.ts'

const ADDRESS = '192.0.2.1'
const LIMITS = { perAddress: '3/min', perSubject: '3/min' }

function setUp(failedSignIns: object | false = LIMITS) {
  const clock = { now: 0 }
  const config = createConfig({ config: { failedSignIns } })
  const guard = createTypingGuard(
    { store: createMemoryStore(() => clock.now), config: () => config },
    () => clock.now,
  )
  const asked: string[] = []
  const tryOne = (token: string, from = ADDRESS, reason?: string) =>
    guard({ headers: { token }, claimed: 'ada' }, from, async () => {
      asked.push(token)
      if (token === 'right') return 'ada'
      throw new PosternError('invalid_token', reason === undefined ? {} : { data: { reason } })
    })
  return { clock, guard, asked, tryOne }
}

t.test('after some wrong ones nothing is verified for a while, not even what is right', async t => {
  const { asked, tryOne } = setUp()
  t.equal(await tryOne('right'), 'ada')
  for (let count = 0; count < 10; count++) await t.rejects(tryOne(`wrong ${count}`))
  t.ok(asked.length < 8, `${asked.length} were verified`)
  await t.rejects(tryOne('right'), { code: 'too_many_attempts', headers: { 'Retry-After': /^\d+$/ } })
})

t.test('the same wrong one again is no further guess; nor is one that was right once', async t => {
  const { tryOne } = setUp()
  for (let count = 0; count < 10; count++) await t.rejects(tryOne('wrong'), { code: 'invalid_token' })
  for (let count = 0; count < 10; count++)
    await t.rejects(tryOne(`old ${count}`, ADDRESS, 'expired'), { code: 'invalid_token' })
  t.equal(await tryOne('right'), 'ada')
})

t.test('so many are verified at once for one address, and the others are not in its way', async t => {
  const { guard } = setUp()
  const waiting = Promise.withResolvers<string>()
  const begin = (from: string, index: number) =>
    guard({ headers: { token: `${index}` }, claimed: undefined }, from, () => waiting.promise)
  const running = [0, 1, 2, 3].map(index => begin(ADDRESS, index))
  await t.rejects(begin(ADDRESS, 4), { code: 'too_many_attempts' })
  const other = begin('192.0.2.2', 5)
  waiting.resolve('done')
  t.same(await Promise.all([...running, other]), Array(5).fill('done'))
  t.equal(await begin(ADDRESS, 6), 'done')
})

t.test('where failures are not counted, everything is verified', async t => {
  const { asked, tryOne } = setUp(false)
  for (let count = 0; count < 20; count++)
    await t.rejects(tryOne(`wrong ${count}`), { code: 'invalid_token' })
  t.equal(asked.length, 20)
})
