/** Luciq's tools: what people ask for in their editor, and that an account gets what it was granted, and no more. */
import t from 'tap'
import { call, connect, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { createLuciq, type Grants, type Pair } from './backend.ts'
import { startLuciq } from './start.ts'

const product = createLuciq()
const { url, ...system } = await startLuciq(t, product)

const TOOLS = ['get_crash', 'get_crash_stack_trace', 'list_applications', 'list_crashes']
const BOTH = { luciqai: ['production', 'beta'], 'luciqai-android': ['production'] } as const
const RIVAL = { 'rival-bank': ['production'] } as const
const LOGIN = { application: 'luciqai', crash: 'crs_login' }

promise(t, '003', 'an agent lists applications', async t => {
  t.same(await answer(product.account({ grants: BOTH }), 'list_applications'), {
    data: [
      { slug: 'luciqai', name: 'LuciqAI', platform: 'ios', environments: ['production', 'beta'] },
      { slug: 'luciqai-android', name: 'LuciqAI', platform: 'android', environments: ['production'] },
    ],
  })
})

promise(t, '003', 'an agent gets the report of a crash', async t => {
  t.match(await answer(product.account(), 'get_crash', LOGIN), {
    title: 'NSInvalidArgumentException in LoginViewModel.submit',
    occurrences: 99,
    affected_users: 9,
    app_versions: ['4.2.0', '4.2.1'],
    devices: ['iPhone 15', 'Pixel 8'],
  })
})

promise(t, '003', 'an agent gets the stack trace of a crash', async t => {
  t.match(await answer(product.account(), 'get_crash_stack_trace', LOGIN), {
    exception: 'NSInvalidArgumentException',
    frames: [{ symbol: 'LoginViewModel.submit', file: 'LoginViewModel.swift', line: 42 }, { file: null }],
  })
})

promise(t, '003', 'all it does is list and look up: no tool changes anything', async t => {
  const pair = product.account({ grants: BOTH })
  const { body } = await rpc(url, pair, 'tools/list')
  t.same(body.result.tools.map(({ name }: Named) => name).sort(), TOOLS)
  for (const { name, annotations } of body.result.tools) t.equal(annotations.readOnlyHint, true, name)
  const before = product.received.length
  for (const name of ['update_crash', 'updateCrash', 'get_me', 'getMe', 'luciq_update_crash', '__proto__']) {
    const refused = await call(url, pair, name, { ...LOGIN, status: 'closed' })
    t.ok(refused.body.error ?? refused.body.result.isError, name)
  }
  const arrived = product.received.slice(before).map(({ method, path }) => `${method} ${path}`)
  t.same([...new Set(arrived)], ['GET /api/v1/me'])
  t.equal(product.data.crashes.get('crs_login')?.status, 'open')
})

promise(
  t,
  '003',
  'asked for their applications, people get them by a tool that needs no argument',
  async t => {
    const client = await connect(t, url, product.account())
    const { tools } = await client.listTools()
    t.notOk(tools.find(({ name }) => name === 'list_applications')?.inputSchema.required?.length)
    const { structuredContent, content } = await client.callTool({ name: 'list_applications' })
    t.match(structuredContent, { data: [{ slug: 'luciqai', name: 'LuciqAI' }] })
    t.match(content, [{ type: 'text', text: /luciqai/ }], 'and as text for clients that show no structure')
  },
)

promise(
  t,
  '003',
  'asked for the recent crashes of an application, people get them by its name, the latest first',
  async t => {
    const pair = product.account({ grants: BOTH })
    const recent = await answer(pair, 'list_crashes', { application: 'luciqai' })
    t.same(
      recent.data.map(({ id }: { id: string }) => id),
      ['crs_login', 'crs_draft', 'crs_photo'],
    )
    const beta = await answer(pair, 'list_crashes', { application: 'luciqai', environment: 'beta' })
    t.match(beta, { data: [{ id: 'crs_draft' }], next_cursor: null })
    const since = await answer(pair, 'list_crashes', {
      application: 'luciqai',
      since: '2026-01-09T00:00:00Z',
    })
    t.match(since.data, [{ id: 'crs_login' }])
    const page = await answer(pair, 'list_crashes', { application: 'luciqai', limit: 2 })
    t.equal(page.data.length, 2)
    const rest = await answer(pair, 'list_crashes', { application: 'luciqai', cursor: page.next_cursor })
    t.same(
      rest.data.map(({ id }: { id: string }) => id),
      ['crs_photo'],
    )
  },
)

promise(t, '003', 'answers are lists of entries with named members, which an editor can lay out', async t => {
  const { body } = await rpc(url, product.account(), 'tools/list')
  for (const { name, outputSchema } of body.result.tools) t.equal(outputSchema?.type, 'object', name)
  const crashes = await answer(product.account(), 'list_crashes', { application: 'luciqai' })
  for (const crash of crashes.data) t.match(crash, { title: String, status: String, last_seen: String })
})

promise(t, '003', 'a token reaches only the applications that its account was granted', async t => {
  const pair = product.account()
  const rival = product.account({ grants: RIVAL })
  t.match((await answer(pair, 'list_applications')).data, [{ slug: 'luciqai' }])
  t.match((await answer(rival, 'list_applications')).data, [{ slug: 'rival-bank' }])
  const theirs = { application: 'rival-bank', crash: 'crs_vault' }
  t.match(await answer(rival, 'get_crash', theirs), { id: 'crs_vault' })
  for (const name of ['get_crash', 'get_crash_stack_trace', 'list_crashes']) {
    const args = name === 'list_crashes' ? { application: 'rival-bank' } : theirs
    const { body } = await call(url, pair, name, args)
    t.match(body.result, { isError: true, content: [{ text: /no such thing/ }] }, name)
    t.notMatch(JSON.stringify(body), /Keychain|Vault/)
  }
  // Another's crash below an application of one's own.
  const mixed = await call(url, pair, 'get_crash', { ...theirs, application: 'luciqai' })
  t.equal(mixed.body.result.isError, true)
})

promise(t, '003', 'and of those, only the environments that it was granted', async t => {
  const pair = product.account({ grants: { luciqai: ['beta'] } })
  t.match((await answer(pair, 'list_applications')).data, [{ slug: 'luciqai', environments: ['beta'] }])
  const { data } = await answer(pair, 'list_crashes', { application: 'luciqai' })
  t.match(data, [{ id: 'crs_draft' }])
  t.equal(data.length, 1)
  t.same((await answer(pair, 'list_crashes', { application: 'luciqai', environment: 'production' })).data, [])
  for (const name of ['get_crash', 'get_crash_stack_trace']) {
    t.equal((await call(url, pair, name, LOGIN)).body.result.isError, true, name)
  }
})

promise(t, '003', 'after a change of role the next call sees what the account may see now', async t => {
  const pair = product.account({ grants: BOTH })
  t.match(await answer(pair, 'get_crash', LOGIN), { id: 'crs_login' })
  product.grant(pair.Email, { 'luciqai-android': ['production'] })
  t.equal((await call(url, pair, 'get_crash', LOGIN)).body.result.isError, true)
  t.match((await answer(pair, 'list_applications')).data, [{ slug: 'luciqai-android' }])
  product.grant(pair.Email, {})
  t.same((await answer(pair, 'list_applications')).data, [])
})

promise(
  t,
  '003',
  'the tools are described where everybody can explore them, without anything of anybody',
  async t => {
    const before = product.received.length
    const response = await fetch(`${url}/tools.md`)
    const text = await response.text()
    t.match(response.headers.get('content-type') ?? '', /^text\/markdown/)
    t.same([...text.matchAll(/^### (\S+)$/gm)].map(([, name]) => name).sort(), TOOLS)
    t.notMatch(text, /crs_vault|rival|northwind|update_crash|127\.0\.0\.1/i)
    t.match(
      await (await fetch(`${system.origin}/llms.txt`)).text(),
      /https:\/\/api\.instabug\.com\/api\/mcp\/tools\.md/,
    )
    t.equal(product.received.length, before, 'and the product is not asked')
  },
)

t.test('an id that is a path stays one id', async t => {
  const pair = product.account()
  const before = product.received.length
  for (const id of [
    '../../rival-bank/crashes/crs_vault',
    'crs_login/../crs_vault',
    '..%2Fcrs_vault',
    'crs_login?x=1',
    '',
  ]) {
    const { status, body } = await call(url, pair, 'get_crash', { application: 'luciqai', crash: id })
    t.ok(status !== 200 || body.error || body.result.isError, id)
  }
  for (const application of ['../rival-bank', 'luciqai/../rival-bank', 'rival-bank%2F', '__proto__', '']) {
    const { status, body } = await call(url, pair, 'list_crashes', { application })
    t.ok(status !== 200 || body.error || body.result.isError, application)
  }
  t.notOk(product.received.slice(before).some(({ path }) => path.includes('rival')))
})

t.test(
  'what an account sees by the tools is what it sees at the product, for every operation and grant',
  async t => {
    const operations = [
      ['list_applications', '/applications', {}],
      ['list_crashes', '/applications/luciqai/crashes', { application: 'luciqai' }],
      ['get_crash', '/applications/luciqai/crashes/crs_login', LOGIN],
      ['get_crash_stack_trace', '/applications/luciqai/crashes/crs_login/stack-trace', LOGIN],
      ['get_crash', '/applications/luciqai/crashes/crs_draft', { ...LOGIN, crash: 'crs_draft' }],
    ] as const
    const some: readonly Grants[] = [{}, { luciqai: ['beta'] }, { luciqai: ['production'] }, BOTH, RIVAL]
    for (const grants of some) {
      const pair = product.account({ grants })
      t.same(await visible(url, pair), TOOLS, 'the tools are the same for all')
      for (const [tool, path, args] of operations) {
        const direct = await fetch(system.upstream + path, { headers: pair })
        const { body } = await call(url, pair, tool, args)
        const said = `${tool} with ${JSON.stringify(grants)}`
        t.equal(body.result.isError, !direct.ok, said)
        if (direct.ok) t.same(body.result.structuredContent, await direct.json(), said)
      }
    }
  },
)

interface Named {
  readonly name: string
}

async function answer(pair: Pair, name: string, args: object = {}) {
  const { status, body } = await call(url, pair, name, args)
  if (status !== 200 || body.result?.isError !== false) throw new Error(`${name}: ${JSON.stringify(body)}`)
  return body.result.structuredContent
}
