/** Approvals that need not be repeated: for whom, for what, and until when. */
import t from 'tap'
import { type ConsentOf, createRemembered } from '../../../src/oauth/consent/remembered.ts'
import { CLAUDE, CLIENT, createRooms, RESOURCE } from '../authorize/rooms.ts'
import { makeRequest } from '../make-request.ts'

const DAY = 86_400_000
const OF: ConsentOf = {
  person: {
    subject: 'ada',
    organization: 'org-1',
    roles: [],
    scopes: undefined,
    display: 'Ada',
    way: 'oidc',
    credential: { id: 'crd_1', headers: {} },
  },
  client: CLIENT,
  request: { redirectUri: CLAUDE, resource: RESOURCE, prompt: new Set() },
}
const DIRECT = makeRequest({ headers: { 'sec-fetch-site': 'none' } })

function build(rememberConsent = '30d') {
  const rooms = createRooms({ oauth: { rememberConsent } })
  const alive = new Set(['gra_1', 'gra_2', 'gra_3'])
  const grants = {
    find: async (id: string) =>
      alive.has(id) ? ({ id } as Awaited<ReturnType<typeof rooms.grants.find>>) : undefined,
  }
  return { ...rooms, alive, remembered: createRemembered(rooms.surroundings, grants) }
}

t.test('N46: it holds for the same and nothing else', async t => {
  const { remembered } = build()
  await remembered.keep(OF, ['read:*', 'write:*'], 'gra_1')
  const holds = (of: ConsentOf, scopes = ['read:*'], http = DIRECT) => remembered.holds(of, scopes, http)
  t.ok(await holds(OF))
  t.ok(await holds(OF, ['write:*', 'read:*']))
  t.notOk(await holds(OF, ['read:*', 'manage:*']))
  t.notOk(await holds(OF, []))
  const { person, request } = OF
  const others: Readonly<Record<string, ConsentOf>> = {
    'another client': { ...OF, client: { id: 'cli_2' } },
    'another redirect': { ...OF, request: { ...request, redirectUri: 'http://localhost/callback' } },
    'another server': { ...OF, request: { ...request, resource: `${RESOURCE}-other` } },
    'another subject': { ...OF, person: { ...person, subject: 'bob' } },
    'another organisation': { ...OF, person: { ...person, organization: 'org-2' } },
    'another way': { ...OF, person: { ...person, way: 'proxy' } },
    'another credential': { ...OF, person: { ...person, credential: { id: 'crd_2', headers: {} } } },
    'no credential': { ...OF, person: { ...person, credential: undefined } },
    'prompt=consent': { ...OF, request: { ...request, prompt: new Set(['consent']) } },
  }
  for (const [name, of] of Object.entries(others)) t.notOk(await holds(of), name)
  for (const site of ['cross-site', 'same-site', 'same-origin', '']) {
    t.notOk(await holds(OF, ['read:*'], makeRequest({ headers: { 'sec-fetch-site': site } })), site)
  }
  t.notOk(await holds(OF, ['read:*'], makeRequest({})), 'a browser that does not say')
})

t.test('it ends with its time, which only being asked begins anew', async t => {
  const { remembered, clock } = build()
  await remembered.keep(OF, ['read:*'], 'gra_1')
  clock.now += 20 * DAY
  await remembered.add(OF, 'gra_2')
  clock.now += 10 * DAY - 1
  t.ok(await remembered.holds(OF, ['read:*'], DIRECT))
  clock.now += 1
  t.notOk(await remembered.holds(OF, ['read:*'], DIRECT))
  await remembered.add(OF, 'gra_3')
  t.notOk(await remembered.holds(OF, ['read:*'], DIRECT), 'what has ended is not begun again')
  await remembered.keep(OF, ['read:*'], 'gra_3')
  t.ok(await remembered.holds(OF, ['read:*'], DIRECT))
})

t.test('it ends with each connection that followed from it, until the person is asked again', async t => {
  const { remembered, alive } = build()
  await remembered.keep(OF, ['read:*'], 'gra_1')
  await remembered.add(OF, 'gra_2')
  alive.delete('gra_1')
  t.notOk(await remembered.holds(OF, ['read:*'], DIRECT))
  await remembered.keep(OF, ['read:*'], 'gra_3')
  t.ok(await remembered.holds(OF, ['read:*'], DIRECT))
  alive.delete('gra_3')
  t.notOk(await remembered.holds(OF, ['read:*'], DIRECT))
})

t.test('the configuration remembers nothing unless it says so', async t => {
  const { remembered, store, configure } = build('0s')
  await remembered.keep(OF, ['read:*'], 'gra_1')
  t.same(await store.pageRecords({ kind: 'consent', limit: 1 }), [])
  configure({ oauth: { rememberConsent: '1d' } })
  await remembered.keep(OF, ['read:*'], 'gra_1')
  t.ok(await remembered.holds(OF, ['read:*'], DIRECT))
  configure({})
  t.notOk(await remembered.holds(OF, ['read:*'], DIRECT), 'nor what it remembered before')
})
