import t from 'tap'
import { guardAnswer } from '../../src/auth/guard-answer.ts'

t.test('a copy that says the same', async t => {
  const value = { a: [1, 'x', null, { b: true }], c: { d: -1.5 } }
  t.equal(JSON.stringify(guardAnswer(value)), JSON.stringify(value))
  for (const scalar of [null, 'x', 7, true]) t.equal(guardAnswer(scalar), scalar)
})

t.test('nothing is inherited, and __proto__ is a member like others', async t => {
  const copy = guardAnswer(JSON.parse('{"__proto__":{"id":"eve"}}')) as Record<string, unknown>
  t.equal(Object.getPrototypeOf(copy), null)
  t.same(Object.keys(copy), ['__proto__'])
  t.equal(copy.id, undefined)
})

t.test('a number that has lost digits can’t be read, others beside it can', async t => {
  const copy = guardAnswer(
    JSON.parse('{"big":9007199254740993,"huge":1e999,"ok":9007199254740991,"l":[1e30]}'),
  ) as {
    big: unknown
    huge: unknown
    ok: unknown
    l: unknown[]
  }
  t.throws(() => copy.big)
  t.throws(() => copy.huge)
  t.throws(() => copy.l[0])
  t.equal(copy.ok, Number.MAX_SAFE_INTEGER)
})

t.test('nesting costs no stack', async t => {
  t.ok(guardAnswer(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)))
})
