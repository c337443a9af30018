import t from 'tap'
import { compileGrants } from '../../src/policy/compile-grants.ts'
import { createPolicy } from '../../src/policy/decide.ts'

const policy = (scopes: Record<string, { allow: string[] }> = {}, scopeHierarchy = true) =>
  createPolicy({ scopes, scopeHierarchy })

t.test('tiers become bits, with the lower ones where the hierarchy is on', async t => {
  t.strictSame([...compileGrants(policy(), ['write:a', 'read:b', '*:c']).tiers].sort(), [
    ['a', 3],
    ['b', 1],
    ['c', 7],
  ])
  t.strictSame([...compileGrants(policy({}, false), ['write:a', 'manage:a']).tiers], [['a', 6]])
})

t.test('declared names expand, in circles too', async t => {
  const circle = policy({ one: { allow: ['two'] }, two: { allow: ['one', 'read:x'] } })
  const grants = compileGrants(circle, ['one'])
  t.strictSame([...grants.literal].sort(), ['one', 'read:x', 'two'])
  t.strictSame([...grants.tiers], [['x', 1]])
  t.equal(grants.everything, false)
})

t.test('a declared name stands for what it allows, not for what it looks like', async t => {
  const narrow = policy({ '*': { allow: ['read:x'] }, 'manage:x': { allow: ['read:x'] } })
  t.equal(compileGrants(narrow, ['*']).everything, false)
  t.strictSame([...compileGrants(narrow, ['manage:x']).tiers], [['x', 1]])
})

t.test('a declared name that lists itself keeps its meaning', async t => {
  const wide = policy({ 'read:x': { allow: ['read:x', 'export'] } })
  t.strictSame([...compileGrants(wide, ['read:x']).tiers], [['x', 1]])
  t.ok(compileGrants(wide, ['read:x']).literal.has('export'))
})
