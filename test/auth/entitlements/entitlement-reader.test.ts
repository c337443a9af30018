import t from 'tap'
import { createEntitlementReader } from '../../../src/auth/entitlements/entitlement-reader.ts'

const read = createEntitlementReader({ flags: 'features', roles: 'roles' })
const flagsOf = (features: unknown) => read({ features })?.flags

t.test('a list of names, a text of words, or an object of names and true', async t => {
  t.same(flagsOf(['b', 'a', 'b']), ['a', 'b'], 'sorted, so that another order is the same answer')
  t.same(flagsOf('b a'), ['a', 'b'])
  t.same(flagsOf({ b: true, a: true, c: false, d: 'true', e: 1, f: {}, g: [true], h: null }), ['a', 'b'])
  t.same(flagsOf([]), [])
  t.same(flagsOf({}), [])
  t.ok(Object.isFrozen(flagsOf(['a'])))
  t.same(flagsOf(JSON.parse('{"__proto__":true,"constructor":true}')), ['__proto__', 'constructor'])
})

t.test('what can’t be understood says nothing, not “none”', async t => {
  const many = Array.from({ length: 1_001 }, (_, index) => `f${index}`)
  for (const features of [undefined, null, 1, true, [1], [null], [['a']], ['a', ''], ['a\n'], [' '], many]) {
    t.equal(read({ features }), undefined, JSON.stringify(features))
  }
  const asObject = Object.fromEntries(many.map(name => [name, true]))
  t.equal(flagsOf(asObject), undefined, 'an object counts as its names')
  for (const body of [undefined, null, 'features', 1, [], { FEATURES: ['a'] }]) t.equal(read(body), undefined)
  t.equal(read(Object.create({ features: ['a'] })), undefined, 'own members only')
  t.equal(read({ features: ['a'], roles: 5 }), undefined, 'half an answer is none')
})

t.test('roles may be missing; what is not asked for is undefined', async t => {
  t.same(read({ features: ['a'] }), { flags: ['a'], roles: [] })
  t.same(createEntitlementReader({ roles: 'r' })({ r: ['x'] }), { flags: undefined, roles: ['x'] })
  t.same(createEntitlementReader({ flags: 'f' })({ f: ['x'], roles: ['y'] }), {
    flags: ['x'],
    roles: undefined,
  })
})

t.test('JMESPath, over an answer that inherits nothing', async t => {
  const named = createEntitlementReader({ flags: 'features[?enabled].name', roles: 'keys(constructor)' })
  t.equal(named({ features: [{ name: 'a', enabled: true }] }), undefined, 'there is no constructor')
  const enabled = createEntitlementReader({ flags: 'features[?enabled].name' })
  t.same(enabled({ features: [{ name: 'a', enabled: true }, { name: 'b' }] })?.flags, ['a'])
  t.equal(enabled({}), undefined)
})
