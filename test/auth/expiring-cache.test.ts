import t from 'tap'
import { createExpiringCache } from '../../src/auth/expiring-cache.ts'

t.test('a value holds for its lifetime, counted from when it was true', async t => {
  const cache = createExpiringCache<string>(10)
  cache.set('a', 'x', 1_000, 500)
  t.equal(cache.get('a', 1_000), 'x')
  t.equal(cache.get('a', 1_499), 'x')
  t.equal(cache.get('a', 1_500), undefined)
  t.equal(cache.peek('a'), 'x')
  t.equal(cache.get('b', 1_000), undefined)
})

t.test('a clock set back does not make an old value young', async t => {
  const cache = createExpiringCache<string>(10)
  cache.set('a', 'x', 1_000, 500)
  t.equal(cache.get('a', 999), undefined)
})

t.test('a lifetime of 0 keeps nothing and forgets what was there', async t => {
  const cache = createExpiringCache<string>(10)
  cache.set('a', 'x', 0, 500)
  cache.set('a', 'y', 0, 0)
  t.equal(cache.get('a', 0), undefined)
  t.equal(cache.peek('a'), undefined)
})

t.test('the least recently used makes room', async t => {
  const cache = createExpiringCache<number>(2)
  cache.set('a', 1, 0, 100)
  cache.set('b', 2, 0, 100)
  cache.get('a', 1)
  cache.set('c', 3, 0, 100)
  t.strictSame([cache.get('a', 1), cache.get('b', 1), cache.get('c', 1)], [1, undefined, 3])
})
