import t from 'tap'
import { covers } from '../../../src/oauth/scopes/covers.ts'
import { compileGrants } from '../../../src/policy/compile-grants.ts'
import { makeTool } from '../../policy/make-tool.ts'

const policy = {
  declared: new Map([
    ['both', ['read:a', 'read:b']],
    ['read:a', ['read:a', 'read:c']],
    ['round', ['about']],
    ['about', ['round', 'write:a']],
  ]),
  scopeHierarchy: true,
}
const tools = [makeTool('peek', 'read:x'), makeTool('poke', ['write:x', 'opaque'])]

function has(own: readonly string[], scope: string): boolean {
  return covers(compileGrants(policy, own), scope, { policy, tools })
}

t.test('what somebody has covers what gives no more', async t => {
  t.ok(has(['*'], 'whatever'))
  t.ok(has(['read:*'], 'read:x'))
  t.ok(has(['write:x'], 'read:x'))
  t.notOk(has(['read:x'], 'read:*'), 'however few resources there are')
  t.notOk(has(['read:x'], 'write:x'))
  t.notOk(has(['read:*', 'write:*', 'manage:*'], '*'), 'names that no tier gives are in it, too')
  t.ok(has(['opaque'], 'opaque'))
  t.notOk(has(['read:*'], 'opaque'))
})

t.test('names: by themselves, or by all that they stand for', async t => {
  t.ok(has(['both'], 'both'))
  t.ok(has(['both'], 'read:a'))
  t.ok(has(['read:a', 'read:b'], 'both'))
  t.notOk(has(['read:b'], 'both'))
  t.notOk(has(['write:a'], 'read:a'), 'it lists itself and more')
  t.ok(has(['write:a', 'read:c'], 'read:a'))
  t.ok(has(['write:a'], 'round'), 'in a circle')
  t.notOk(has(['read:b'], 'round'))
})

t.test('a tool’s name: by itself, or by all that the tool asks for', async t => {
  t.ok(has(['peek'], 'peek'))
  t.ok(has(['read:x'], 'peek'))
  t.notOk(has(['write:x'], 'poke'))
  t.ok(has(['write:x', 'opaque'], 'poke'))
})
