import t from 'tap'
import { parseLock } from '../../../src/catalogue/lock/parse-lock.ts'
import { renderLock } from '../../../src/catalogue/lock/render-lock.ts'
import { compileLocked, type LockedOptions, lockOf, namesOf } from './compile-locked.ts'

const search = { '/things': { post: { operationId: 'searchThings', responses: {} } } }
const purge = { '/things': { post: { operationId: 'purgeThings', responses: {} } } }
const added = { '/more': { delete: { operationId: 'removeMore', responses: {} } } }

t.test('a tool that a new document makes riskier is excluded, and the report names the command', async t => {
  const lock = lockOf(search)
  t.same(namesOf(compileLocked(search, { lock })), ['search_things'])
  const held = compileLocked({ ...purge, ...added }, { lock })
  t.same(namesOf(held), ['remove_more'], 'a new tool is not riskier than before')
  t.match(held.report[0], {
    outcome: 'excluded',
    tool: undefined,
    held: 'search_things',
    reasons: [/its tier is manage, it was read.*; `postern lock --approve search_things` approves it/],
  })
  t.notOk(held.byName.has('search_things'))
  t.notOk('held' in (held.report[1] ?? {}))
})

t.test('only where the API says so, and only to serve', async t => {
  const lock = lockOf(search)
  t.same(namesOf(compileLocked(purge, { lock, approve: 'off' })), ['search_things'])
  t.same(namesOf(compileLocked(purge, { lock, purpose: 'approve' })), ['search_things'])
})

t.test('without a lock file nothing is held back, and that is a warning', async t => {
  const { warnings, tools } = compileLocked(purge)
  t.equal(tools.length, 1)
  t.match(warnings, [{ path: 'apis[0].approve', message: /no lock file/, fix: /postern lock/ }])
  t.match(compileLocked(purge, { lock: { apis: new Map() } }).warnings, [
    { message: /does not know this API/ },
  ])
  t.same(compileLocked(purge, { approve: 'off' }).warnings, [])
  t.same(compileLocked(search, { lock: lockOf(search) }).warnings, [])
})

t.test('a rule that stops matching uncovers nothing', async t => {
  const paths = (tag: string) => ({
    '/orgs/{org}/x': { get: { operationId: 'x', tags: [tag], responses: {} } },
    '/y': { get: { operationId: 'y', tags: ['internal'], responses: {} } },
    '/orgs/{org}/y': { get: { operationId: 'z', tags: ['internal'], responses: {} } },
  })
  const rules = [
    {
      match: { tag: 'internal' },
      bind: { org: 'principal.organization' },
      when: '"staff" in principal.roles',
    },
  ]
  const lock = lockOf(paths('internal'), { rules })
  t.same(namesOf(compileLocked(paths('internal'), { lock, rules })), ['x', 'y', 'z'])
  const { tools, report } = compileLocked(paths('public'), { lock, rules })
  t.same(namesOf({ tools }), ['y', 'z'])
  t.match(report[0]?.reasons, [/`when`\) is gone.*org is not set by the gateway any more/])
})

t.test('a rule that stops matching leaves nobody unasked, and makes no tool of a resource', async t => {
  const paths = (tag: string) => ({
    '/things/{id}': {
      delete: { operationId: 'dropThing', tags: [tag], parameters: [reason], responses: {} },
      get: { operationId: 'readThing', tags: [tag], responses: {} },
    },
    '/others': {
      delete: { operationId: 'dropOthers', tags: ['asked'], parameters: [reason], responses: {} },
    },
  })
  const reason = { name: 'reason', in: 'query', schema: { type: 'string' } }
  const rules: LockedOptions['rules'] = [
    {
      match: { tag: 'asked', method: 'DELETE' },
      confirm: true,
      ask: [{ message: 'Why?', arguments: ['reason'] }],
    },
    { match: { tag: 'asked', method: 'GET' }, expose: 'resource' },
  ]
  const lock = parseLock(renderLock(lockOf(paths('asked'), { rules })), 'x')
  t.same(namesOf(compileLocked(paths('asked'), { lock, rules })), ['drop_thing', 'read_thing', 'drop_others'])
  const { tools, report } = compileLocked(paths('plain'), { lock, rules })
  t.same(namesOf({ tools }), ['drop_others'])
  t.match(report[0]?.reasons, [/need not say yes any more.*reason is not asked of the user any more/])
  t.match(report[1]?.reasons, [/it is a tool, it was only read as a resource/])
})

t.test('an operation with its own server elsewhere is held where it moved there', async t => {
  const lock = lockOf(search)
  const moved = {
    '/things': {
      post: { operationId: 'searchThings', responses: {}, servers: [{ url: 'https://api.example.com/v2' }] },
    },
  }
  t.same(namesOf(compileLocked(moved, { lock })), ['search_things'], 'the same origin is no move')
})
