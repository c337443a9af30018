import t from 'tap'
import { compileLimit } from '../../src/limits/compile-limit.ts'
import { type LimitInput, makeLimits } from './make-limits.ts'

function compiled(limit: LimitInput) {
  return makeLimits(limit).flatMap(compileLimit)
}

t.test('what the model is told reads like a sentence', async t => {
  const told = (limit: LimitInput) => compiled(limit).map(({ description }) => description)
  t.same(told({ per: 'principal', tier: 'write', rate: '60/min' }), [
    '60 calls to write tools per minute with one credential',
  ])
  t.same(told({ per: 'subject', tool: 'a_*', rate: '1/s' }), [
    '1 call to tools like this one per second for one user',
  ])
  t.same(told({ per: 'tool', tool: 'a', rate: '5/h' }), [
    '5 calls per hour to this tool, by all callers together',
  ])
  t.same(told({ per: 'organization', rate: '60/min', burst: 10 }), [
    '60 calls per minute, 10 of them at once, for one organization',
  ])
  t.same(told({ per: 'server', tier: ['write', 'manage'], budget: '500/day' }), [
    'calls to write or manage tools that cost 500 per 24 hours to this server, by all callers together',
  ])
})

t.test('headers get short names that differ where limits differ', async t => {
  const names = compiled({ per: 'subject', rate: '1/s', budget: '5/day' }).map(({ name }) => name)
  t.same(names, ['subject-s', 'subject-budget-day'])
  const many = compiled({ per: 'subject', tool: ['a'.repeat(60), 'b'.repeat(60)], rate: '1/s' })
  t.match(many[0]?.name, /^subject-.{12}$/)
})

t.test('a counter’s name follows from what is counted, not from how much', async t => {
  const id = (limit: LimitInput) => compiled(limit)[0]?.id
  const plain = id({ per: 'subject', rate: '5/min' })
  t.match(plain, /^[\w-]{12}$/)
  t.equal(id({ per: 'subject', rate: '9/min', tool: '*' }), plain)
  t.equal(
    id({ per: 'subject', rate: '9/min', tier: ['read', 'write'] }),
    id({ per: 'subject', rate: '9/min', tier: ['write', 'read', 'read'] }),
  )
  for (const other of [
    id({ per: 'principal', rate: '5/min' }),
    id({ per: 'subject', rate: '5/h' }),
    id({ per: 'subject', budget: '5/h' }),
    id({ per: 'subject', rate: '5/min', burst: 5 }),
    id({ per: 'subject', rate: '5/min', tier: 'read' }),
    id({ per: 'subject', rate: '5/min', scheme: 'token' }),
    id({ per: 'subject', rate: '5/min', tool: 'a' }),
  ]) {
    t.not(other, plain)
  }
})
