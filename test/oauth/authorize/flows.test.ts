/** Flows: bound to a browser, changed by compare and set, used up once. */
import t from 'tap'
import type { Flow } from '../../../src/oauth/authorize/flow.ts'
import { createFlows, type Flows } from '../../../src/oauth/authorize/flows.ts'
import type { SetCookie } from '../../../src/oauth/http.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { makeRequest } from '../make-request.ts'
import { CHALLENGE, CLAUDE, RESOURCE } from './rooms.ts'

const ASKED: NonNullable<Flow['request']> = {
  clientId: 'cli_1',
  redirectUri: CLAUDE,
  state: 's',
  codeChallenge: CHALLENGE,
  scopes: ['read:*'],
  resource: RESOURCE,
  prompt: new Set(['login']),
}
const ENDED = { code: 'oauth_flow_ended' }

function build() {
  const clock = { now: 1_700_000_000_000 }
  const store = createMemoryStore(() => clock.now)
  return { clock, store, flows: createFlows({ store, now: () => clock.now }) }
}

function withCookies(cookies: readonly SetCookie[]) {
  return makeRequest({ cookies: Object.fromEntries(cookies.map(({ name, value }) => [name, value])) })
}

async function begin(flows: Flows) {
  const { id, cookies } = await flows.begin(makeRequest({}), ASKED, () => undefined)
  return { id, request: withCookies(cookies) }
}

t.test('a flow is what it was begun with, in its browser', async t => {
  const { flows, store } = build()
  const { id, request } = await begin(flows)
  const { flow, secret } = await flows.open(id, request)
  t.match(flow, { request: { ...ASKED, prompt: new Set(['login']) }, person: undefined, attempt: undefined })
  const [record] = await store.pageRecords({ kind: 'flow', limit: 10 })
  const kept = JSON.stringify(record)
  t.notMatch(kept, id)
  t.notMatch(kept, secret)
  t.equal(record?.once, true)
})

t.test('nobody else opens it', async t => {
  const { flows } = build()
  const [one, two] = [await begin(flows), await begin(flows)]
  await t.rejects(flows.open(one.id, two.request), ENDED, 'another browser')
  await t.rejects(flows.open(one.id, makeRequest({})), ENDED, 'none')
  await t.rejects(flows.open(undefined, one.request), ENDED)
  await t.rejects(flows.open('x'.repeat(32), one.request), ENDED)
  await t.rejects(flows.open(`${one.id}\n`, one.request), ENDED)
  const [[name = '', value = ''] = []] = Object.entries(one.request.cookies)
  for (const bad of [value.slice(1), `x${value}`, `${'x'.repeat(32)}.1`, '', '__proto__']) {
    await t.rejects(flows.open(one.id, makeRequest({ cookies: { [name]: bad } })), ENDED, bad)
  }
})

t.test('it ends', async t => {
  const { flows, clock } = build()
  const { id, request } = await begin(flows)
  clock.now += 10 * 60_000 - 1
  t.ok(await flows.open(id, request))
  clock.now += 1
  await t.rejects(flows.open(id, request), ENDED)
})

t.test('of 50 who use it up at the same time one does', async t => {
  const { flows } = build()
  const { id, request } = await begin(flows)
  const open = await flows.open(id, request)
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => flows.consume(open)))
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  await t.rejects(flows.open(id, request), ENDED)
  await t.rejects(
    flows.change(open, flow => flow),
    ENDED,
    'what is gone is not brought back',
  )
})

t.test('changes at the same time are all made, or not at all', async t => {
  const { flows } = build()
  const { id, request } = await begin(flows)
  const open = await flows.open(id, request)
  const attempt = (way: string) => (flow: Flow) =>
    flow.attempt === undefined ? { ...flow, attempt: { way, id: 'x' } } : undefined
  const results = await Promise.allSettled(['a', 'b', 'c'].map(way => flows.change(open, attempt(way))))
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  await t.rejects(flows.consume(open), ENDED, 'nor is it used up by who has read an older one')
  await flows.consume(await flows.open(id, request))
})

t.test('a record of another form is none', async t => {
  const { flows, store, clock } = build()
  const { id, request } = await begin(flows)
  const [record] = await store.pageRecords({ kind: 'flow', limit: 1 })
  if (record === undefined) throw new Error('no record')
  const after = JSON.stringify({ ...JSON.parse(record.value), extra: 1 })
  await store.commit([{ key: record.key, before: record.value, after, expiresAt: clock.now + 1_000 }])
  await t.rejects(flows.open(id, request), ENDED)
})
