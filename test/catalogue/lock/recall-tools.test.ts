/** Names stay, whatever happens to the document. */
import t from 'tap'
import { compileLocked, lockOf, namesOf } from './compile-locked.ts'

const get = (operationId?: string, more: object = {}) => ({ get: { operationId, responses: {}, ...more } })
const approve = 'off'

t.test('a name stays though another operation would derive the same', async t => {
  const lock = lockOf({ '/a': get('listThings') })
  const paths = { '/new': get('list_things'), '/a': get('listThings') }
  t.same(
    namesOf(compileLocked(paths, { approve })),
    ['list_things', 'list_things_2'],
    'without the lock file',
  )
  t.same(namesOf(compileLocked(paths, { lock, approve })), ['list_things_2', 'list_things'])
})

t.test('a name stays though the operationId changes, or the path', async t => {
  const lock = lockOf({ '/a/{id}': get('getThing') })
  t.same(namesOf(compileLocked({ '/a/{id}': get('fetchThing') }, { lock })), ['get_thing'])
  t.same(namesOf(compileLocked({ '/v2/a/{id}': get('getThing') }, { lock })), ['get_thing'])
  t.same(namesOf(compileLocked({ '/a/{thing}': get() }, { lock })), ['get_thing'])
})

t.test('the document can not take a name away, nor give it to another operation', async t => {
  const lock = lockOf({ '/a': get('one') })
  const other = { '/b': get('two', { 'x-mcp': { name: 'one' } }) }
  t.same(namesOf(compileLocked({ '/a': get('one'), ...other }, { lock })), ['one', 'one_2'])
  t.same(namesOf(compileLocked(other, { lock })), ['one_2'], 'nor when the first is gone')
  t.same(namesOf(compileLocked({ '/a': get('one', { 'x-mcp': { name: 'uno' } }) }, { lock })), ['one'])
})

t.test('the configuration can', async t => {
  const lock = lockOf({ '/a': get('one') })
  const rules = [{ match: { path: '/a' }, name: 'uno' }]
  t.same(namesOf(compileLocked({ '/a': get('one') }, { lock, rules })), ['uno'])
  t.same(namesOf(compileLocked({ '/a': get('one') }, { lock, prefix: 'acme_' })), ['acme_one'])
  const taken = [{ match: { path: '/b' }, name: 'one' }]
  t.same(namesOf(compileLocked({ '/a': get('one'), '/b': get('two') }, { lock, rules: taken })), [
    'one_2',
    'one',
  ])
})

t.test('a lock file can not call a tool like a scope that was given out for something else', async t => {
  const api = lockOf({ '/a': get('one') }).apis.get('billing')
  const tools = (api?.tools ?? []).map(tool => ({ ...tool, name: 'reader' }))
  const lock = { apis: new Map([['billing', { prefix: '', tools }]]) }
  t.same(namesOf(compileLocked({ '/a': get('one') }, { lock })), ['reader'])
  const scopes = { reader: { allow: ['read:*'] } }
  t.same(namesOf(compileLocked({ '/a': get('one') }, { lock, scopes })), ['reader_2'])
  const asking = { '/a': get('one'), '/b': get('two', { 'x-mcp': { scope: 'reader' } }) }
  t.same(namesOf(compileLocked(asking, { lock })), ['reader_2', 'two'])
})
