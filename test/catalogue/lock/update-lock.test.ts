import t from 'tap'
import { updateLock } from '../../../src/catalogue/lock/update-lock.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { apiOf, compileLocked, type LockedOptions, lockOf } from './compile-locked.ts'

const search = { '/things': { post: { operationId: 'searchThings', responses: {} } } }
const purge = { '/things': { post: { operationId: 'purgeThings', responses: {} } } }
const other = { '/other': { get: { operationId: 'other', responses: {} } } }

function update(paths: JsonObject, options: LockedOptions, approved: readonly string[] = []) {
  const catalogue = compileLocked(paths, { ...options, purpose: 'approve' })
  const updated = updateLock(options.lock, catalogue, [apiOf(options)], name => approved.includes(name))
  return { ...updated, tools: updated.lock.apis.get('billing')?.tools ?? [] }
}

t.test('new tools are added, gone ones forgotten, harmless changes taken', async t => {
  const lock = lockOf(search)
  t.same(
    update({ ...search, ...other }, { lock }).tools.map(({ name }) => name),
    ['search_things', 'other'],
  )
  t.same(
    update(other, { lock }).tools.map(({ name }) => name),
    ['other'],
  )
  const renamed = { '/things': { post: { operationId: 'findThings', responses: {} } } }
  t.match(update(renamed, { lock }).tools, [{ name: 'search_things', operationId: 'findThings' }])
})

t.test('riskier ones wait, whatever else is written', async t => {
  const lock = lockOf(search)
  const { tools, pending, approved } = update({ ...purge, ...other }, { lock })
  t.match(tools, [{ name: 'search_things', tier: 'read', operationId: 'searchThings' }, { name: 'other' }])
  t.match(pending, [
    { name: 'search_things', operation: 'POST /things', risks: [/tier is manage/, String, String] },
  ])
  t.same(approved, [])
})

t.test('until they are approved', async t => {
  const lock = lockOf(search)
  const { tools, pending, approved, lock: after } = update(purge, { lock }, ['search_things'])
  t.match(tools, [{ name: 'search_things', tier: 'manage', operationId: 'purgeThings' }])
  t.same(pending, [])
  t.same(approved, ['search_things'])
  t.equal(compileLocked(purge, { lock: after }).tools.length, 1, 'then it is served')
})

t.test('without `approve: riskier` nothing waits', async t => {
  const lock = lockOf(search)
  const { tools, pending } = update(purge, { lock, approve: 'off' })
  t.match(tools, [{ tier: 'manage' }])
  t.same(pending, [])
})

t.test('what is skipped or hidden for now keeps its name and its approval', async t => {
  const lock = lockOf({ ...search, ...other })
  const hidden = { '/things': { post: { ...search['/things'].post, 'x-mcp': false } } }
  const { tools, lock: after } = update({ ...hidden, ...other }, { lock })
  t.match(tools.map(({ name }) => name).sort(), ['other', 'search_things'])
  t.equal(compileLocked(purge, { lock: after }).tools.length, 0, 'so it can’t come back as something worse')
})
