/** Browsers that stay signed in. */
import t from 'tap'
import type { Person } from '../../../src/oauth/person.ts'
import { hasToken } from '../../../src/oauth/sign-in/sessions.ts'
import { createRooms, MINUTE } from '../authorize/rooms.ts'
import { makeRequest } from '../make-request.ts'

const ADA: Person = {
  subject: 'ada',
  organization: undefined,
  roles: ['staff'],
  scopes: ['read:*'],
  display: 'Ada',
  way: 'product',
  credential: { id: 'crd_1', headers: { email: 'ada@acme.example', token: 's3cret' } },
}

async function signIn(rooms = createRooms(), person = ADA, before = makeRequest({})) {
  const [cookie] = await rooms.sessions.begin(person, before)
  const request = makeRequest({ cookies: { [cookie?.name ?? '']: cookie?.value } })
  return { ...rooms, cookie, request }
}

t.test('who has signed in is who they were, and their credential is kept sealed', async t => {
  const { sessions, request, cookie, store } = await signIn()
  t.match(cookie, { name: 'session', value: /^[\w-]{32}$/, maxAge: 12 * 60 * MINUTE })
  const current = await sessions.current(request)
  t.same(current?.person, ADA)
  const [record] = await store.pageRecords({ kind: 'session', list: 'subject:ada', limit: 1 })
  t.ok(record)
  t.notMatch(JSON.stringify(record), 's3cret')
  t.notMatch(JSON.stringify(record), cookie?.value ?? 'x')
})

t.test('forms about the person have a token of their session', async t => {
  const one = await signIn()
  const [mine, other] = [await one.sessions.current(one.request), await signIn()]
  const theirs = await other.sessions.current(other.request)
  if (mine === undefined || theirs === undefined) throw new Error('nobody')
  t.ok(hasToken(mine, mine.csrf))
  t.notOk(hasToken(mine, theirs.csrf))
  t.notOk(hasToken(mine, undefined))
  t.notOk(hasToken(mine, ''))
})

t.test('signing in again ends the session before; signing out ends it and the browser’s flows', async t => {
  const first = await signIn()
  const second = await signIn(first, ADA, first.request)
  t.equal(await first.sessions.current(first.request), undefined)
  t.ok(await second.sessions.current(second.request))
  const flow = `flow_${'x'.repeat(16)}`
  const leaving = makeRequest({ cookies: { ...second.request.cookies, [flow]: 'x', other: 'x' } })
  t.same(await second.sessions.end(leaving), [
    { name: 'session', value: undefined },
    { name: flow, value: undefined },
  ])
  t.equal(await second.sessions.current(second.request), undefined)
})

t.test('it ends with its time, which is not put off, and a shorter one holds at once', async t => {
  const { sessions, request, clock, configure } = await signIn()
  clock.now += 11 * 60 * MINUTE
  t.ok(await sessions.current(request))
  clock.now += 60 * MINUTE
  t.equal(await sessions.current(request), undefined)
  const other = await signIn()
  other.clock.now += 10 * MINUTE
  other.configure({ oauth: { session: '5m' } })
  t.equal(await other.sessions.current(other.request), undefined)
  configure({})
})

t.test('a cookie that is none', async t => {
  const { sessions } = await signIn()
  for (const session of [undefined, '', 'x', 'x'.repeat(32), 'x'.repeat(5_000), '../../x']) {
    t.equal(await sessions.current(makeRequest({ cookies: { session } })), undefined)
  }
})

t.test('revoked: the credential, the subject; not what is newer', async t => {
  const word = { recheck: false, until: undefined, reason: undefined } as const
  for (const [kind, value] of [
    ['credential', 'crd_1'],
    ['subject', 'ada'],
  ] as const) {
    const { sessions, request, store, clock } = await signIn()
    await store.revoke({ ...word, kind, value, at: clock.now })
    t.equal(await sessions.current(request), undefined, kind)
  }
  const way = { type: 'oidc', issuer: 'https://id.acme.example', clientId: 'x' }
  const rooms = createRooms({ oauth: { signIn: [way] } })
  await rooms.store.revoke({ ...word, kind: 'subject', value: 'ada', at: rooms.clock.now })
  rooms.clock.now += 1
  const { sessions, request } = await signIn(rooms, { ...ADA, way: 'oidc', credential: undefined })
  t.ok(await sessions.current(request), 'who has signed in at the provider since')
})
