/** What the product says each caller may, besides scopes: asked as the caller, kept for a while, never somebody else's. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { type RpcAnswer, rpc, toolNames } from './build.ts'
import { smallGateway } from './small-gateway.ts'
import { revocation } from './store/revocations-contract.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const json =
  (value: unknown, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

const RULES = `
        - match: { operation: getItem }
          when: '"beta" in principal.flags'
        - match: { operation: addItem }
          when: '"editor" in principal.roles'`

const yaml = (more: string, rules = RULES) => `
apis:
  - name: items
    openapi: api.yaml
    upstream: UPSTREAM
    credentials: [{ type: forward }, { type: static, value: Bearer gateway }]
    tools:
      prefix: ''
      rules: ${rules}
auth:
  - { type: token }
  - { type: bearer, prefix: pat_, verify: { request: GET /me, grant: ['*'], roles: roles, cache: 10m } }
passthrough: { path: /api, api: items }
${more}`

const ASKED = `entitlements: { request: 'GET /v1/users/{subject}/features', flags: features, roles: roles, cache: 30s }`

/** A gateway whose product answers `/me` with what follows `pat_`, and questions about features with `features`. */
async function setUp(t: Test, features: Answer, text = yaml(ASKED)) {
  const product = { features, held: [] as (() => void)[] }
  const listener: RequestListener = (request, response) => {
    if (request.url === '/me') {
      const [, subject = ''] = /pat_([a-z]+)/.exec(request.headers.authorization ?? '') ?? []
      return json({ id: subject, roles: ['of-the-credential'] })(request, response)
    }
    if (/features/.test(request.url ?? '')) return product.features(request, response)
    return json({ ok: true })(request, response)
  }
  const gateway = await smallGateway(t, listener, text)
  const questions = () => gateway.backend.requests.filter(({ url }) => /features/.test(url ?? ''))
  return { ...gateway, product, questions }
}

const call = (url: string, token: string, name: string): Promise<RpcAnswer> =>
  rpc(url, token, 'tools/call', { name, arguments: name === 'get_item' ? { id: '1' } : {} })

const ALL = ['list_items', 'add_item', 'get_item']
const listed = async (url: string, token: string) => toolNames(await rpc(url, token, 'tools/list')).sort()

t.test('flags and roles of the product decide what is listed and what is called', async t => {
  const { url, origin, mint, questions } = await setUp(t, (request, response) => {
    const isAda = request.url === '/v1/users/ada/features'
    json(isAda ? { features: ['beta'], roles: ['editor'] } : { features: [], roles: [] })(request, response)
  })
  const [ada, bob] = [
    await mint(['*'], { subject: 'ada' }),
    await mint(['*'], { subject: 'bob', roles: ['editor'] }),
  ]
  t.same(await listed(url, ada.token), [...ALL].sort())
  t.same(await listed(url, bob.token), ['list_items'], 'the credential’s own roles are replaced')
  t.match(await call(url, ada.token, 'get_item'), { status: 200, body: { result: { isError: false } } })
  const [byFlag, byRole] = [await call(url, bob.token, 'get_item'), await call(url, bob.token, 'add_item')]
  t.match(byFlag, { status: 403, body: { error: { data: { code: 'access_denied' } } } })
  t.match(
    byFlag.body.error.message,
    /get_item is denied by feature flag: the scopes of this credential allow it/,
  )
  t.match(byRole.body.error.message, /add_item is denied by role: the scopes of this credential allow it/)
  const post = (token: string) =>
    fetch(`${origin}/api/items`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  t.equal((await post(ada.token)).status, 200, 'the pass-through asks, too')
  t.equal((await post(bob.token)).status, 403)
  t.equal(questions().length, 2, 'one question for each, however many calls')
})

t.test('an object of names and true; everything else in it is off', async t => {
  const features = { beta: true, other: 'true', third: 1, fourth: { enabled: true } }
  const { url, mint, product, clock } = await setUp(t, json({ features }))
  const { token } = await mint(['*'])
  t.same(await listed(url, token), ['get_item', 'list_items'])
  for (const value of ['true', 1, { enabled: true }, null, false, [true]]) {
    product.features = json({ features: { beta: value } })
    clock.now += 31_000
    t.same(await listed(url, token), ['list_items'], JSON.stringify(value))
  }
})

t.test('what is withdrawn at the product is withdrawn here after `cache`, and no later', async t => {
  const { url, mint, product, clock, questions } = await setUp(
    t,
    json({ features: ['beta'], roles: ['editor'] }),
  )
  const { token } = await mint(['*'])
  t.match(await call(url, token, 'add_item'), { status: 200 })
  product.features = json({ features: [], roles: [] })
  clock.now += 26_900
  t.match(await call(url, token, 'add_item'), { status: 200 })
  clock.now += 3_101
  t.match(await call(url, token, 'add_item'), { status: 403 })
  t.match(await call(url, token, 'get_item'), { status: 403 })
  t.equal(questions().length, 2)
})

t.test('where nobody can say, conditions refuse and say so; what needs none goes on', async t => {
  const failures: Record<string, Answer> = {
    refused: json({ features: ['beta'], roles: ['editor'] }, 401),
    forbidden: json({ features: ['beta'], roles: ['editor'] }, 403),
    broken: json({ features: ['beta'], roles: ['editor'] }, 500),
    redirect: (_, response) => void response.writeHead(302, { location: '/v1/users/ada/features' }).end(),
    'redirect elsewhere': (_, response) =>
      void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    reset: request => void request.socket.destroy(),
    'no JSON': (_, response) => void response.end('features: beta'),
    'no content': (_, response) => void response.writeHead(204).end(),
    'another answer': json({ roles: ['editor'] }),
    numbers: json({ features: [1, 'beta'], roles: ['editor'] }),
    'one number': json({ features: 1, roles: ['editor'] }),
    'a list of lists': json({ features: [['beta']], roles: ['editor'] }),
    'odd roles': json({ features: ['beta'], roles: { editor: true } }),
    'inherited names': json({ __proto__: null, features: null, roles: ['editor'] }),
    'a million flags': json({
      features: Array.from({ length: 1_000_000 }, (_, index) => `f${index}`).concat('beta'),
    }),
    'a thousand and one': json({ features: Array.from({ length: 1_001 }, () => 'beta'), roles: ['editor'] }),
    'an endless name': json({ features: ['beta', 'x'.repeat(300)], roles: ['editor'] }),
  }
  const { url, mint, product, clock, questions, logged } = await setUp(
    t,
    json({ features: ['beta'], roles: ['editor'] }),
  )
  const { token } = await mint(['*'], { roles: ['editor'] })
  t.equal((await listed(url, token)).length, 3)
  for (const [title, failure] of Object.entries(failures)) {
    product.features = failure
    clock.now += 31_000
    t.same(await listed(url, token), ['list_items'], title)
    t.match(
      await call(url, token, 'list_items'),
      { status: 200, body: { result: { isError: false } } },
      title,
    )
    const before = questions().length
    for (const [name, what] of [
      ['get_item', 'feature flags'],
      ['add_item', 'roles'],
    ] as const) {
      const { status, body } = await call(url, token, name)
      t.equal(status, 403, title)
      t.match(
        body.error.message,
        `${name} depends on the caller’s ${what}, which can’t be learnt right now`,
        title,
      )
    }
    t.equal(questions().length, before, `${title}: not asked again at once`)
  }
  t.match(logged(), /the product does not say what callers may/)
  t.notMatch(logged(), 'gateway"', 'no credential in the log')
  product.features = json({ features: ['beta'], roles: ['editor'] })
  clock.now += 5_001
  t.equal((await listed(url, token)).length, 3, 'five seconds later it is asked again')
})

t.test('a negated condition is no way around: nobody knows that a flag is off', async t => {
  const rules = `[{ match: { operation: getItem }, when: '!("blocked" in principal.flags)' }]`
  const { url, mint, product, clock } = await setUp(t, json({ features: [] }), yaml(ASKED, rules))
  const { token } = await mint(['*'])
  t.match(await call(url, token, 'get_item'), { status: 200 })
  for (const answer of [json({}), json({}, 503), json({ features: null }), json({ features: ['blocked'] })]) {
    product.features = answer
    clock.now += 31_000
    t.match(await call(url, token, 'get_item'), { status: 403 })
  }
})

t.test('names that JavaScript knows are names like any other', async t => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const texts = names.map(
    name =>
      [
        name,
        yaml(ASKED, `[{ match: { operation: getItem }, when: '"${name}" in principal.flags' }]`),
      ] as const,
  )
  for (const [name, text] of texts) {
    const { url, mint, product, clock } = await setUp(t, json({ features: {} }), text)
    const { token } = await mint(['*'])
    t.match(await call(url, token, 'get_item'), { status: 403 }, name)
    product.features = (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"features":{"${name}":true},"__proto__":{"features":["x"]}}`)
    clock.now += 31_000
    t.match(await call(url, token, 'get_item'), { status: 200 }, name)
  }
})

t.test('a subject stays one part of the path, whatever it is called', async t => {
  const { url, mint, questions } = await setUp(t, json({ features: ['beta'] }))
  for (const [subject, path] of [
    ['ada@acme.com', '/v1/users/ada%40acme.com/features'],
    ['x?admin=1#', '/v1/users/x%3Fadmin%3D1%23/features'],
  ] as const) {
    const { token } = await mint(['*'], { subject })
    t.same(await listed(url, token), ['get_item', 'list_items'])
    t.equal(questions().at(-1)?.url, path)
  }
  const before = questions().length
  for (const subject of ['..', '.', 'a/../admin', '%2e%2e']) {
    const { token } = await mint(['*'], { subject })
    t.same(await listed(url, token), ['list_items'], `nobody is asked about ${subject}`)
  }
  t.equal(questions().length, before)
})

t.test(
  'the question carries what the caller’s calls carry, and answers stay with their credential',
  async t => {
    const { url, mint, questions } = await setUp(t, (request, response) => {
      const isOwn = request.headers.authorization === 'Bearer pat_ada'
      json({ features: isOwn ? ['beta'] : [], roles: [] })(request, response)
    })
    const { token } = await mint(['*'], { subject: 'ada' })
    t.same(await listed(url, 'pat_ada'), ['get_item', 'list_items'])
    t.same(await listed(url, token), ['list_items'], 'the same subject with another kind of credential')
    t.same(await listed(url, 'pat_ada'), ['get_item', 'list_items'])
    t.same(await listed(url, token), ['list_items'])
    t.same(
      questions().map(({ headers }) => headers.authorization),
      ['Bearer pat_ada', 'Bearer gateway'],
    )
    const [other, elsewhere] = [
      await mint(['*'], { subject: 'ada' }),
      await mint(['*'], { subject: 'ada', organization: 'org-2' }),
    ]
    await listed(url, other.token)
    await listed(url, elsewhere.token)
    t.equal(questions().length, 4, 'another token, and another organization, are asked about anew')
  },
)

t.test('equal questions at once are one; different callers’ are not', async t => {
  const held: (() => void)[] = []
  const answer: Answer = (request, response) => {
    held.push(() => json({ features: /ada/.test(request.url ?? '') ? ['beta'] : [] })(request, response))
    if (held.length === 2) for (const release of held) release()
  }
  const { url, mint, questions } = await setUp(t, answer)
  const [ada, bob] = [await mint(['*'], { subject: 'ada' }), await mint(['*'], { subject: 'bob' })]
  const lists = await Promise.all([ada, ada, bob, ada, bob, ada].map(({ token }) => listed(url, token)))
  t.same(
    lists.map(list => list.includes('get_item')),
    [true, true, false, true, false, true],
  )
  t.equal(questions().length, 2)
})

t.test(
  'an answer that does not come holds callers up once, and not each of them',
  { timeout: 30_000 },
  async t => {
    const { url, mint, questions } = await setUp(
      t,
      () => {},
      yaml(ASKED).replace('    credentials', '    timeout: 200ms\n    credentials'),
    )
    const { token } = await mint(['*'])
    const before = performance.now()
    const lists = await Promise.all([token, token, token].map(one => listed(url, one)))
    t.ok(performance.now() - before < 3_000, 'the API’s own timeout where it is shorter')
    for (const list of lists) t.same(list, ['list_items'])
    t.same(await listed(url, token), ['list_items'])
    t.equal(questions().length, 1)
  },
)

t.test('who is refused makes no question; a revoked credential gets no answer from the cache', async t => {
  const { url, mint, app, questions } = await setUp(t, json({ features: ['beta'] }))
  t.match(await rpc(url, 'acme_pat_guess', 'tools/list'), { status: 401 })
  t.equal(questions().length, 0)
  const { token, id } = await mint(['*'])
  await listed(url, token)
  await app.store.revokeToken(id, Date.now())
  t.match(await rpc(url, token, 'tools/list'), { status: 401 })
})

t.test('after a recheck the product is asked anew at once', async t => {
  const { url, app, product, questions } = await setUp(t, json({ features: ['beta'] }))
  t.same(await listed(url, 'pat_ada'), ['get_item', 'list_items'])
  await listed(url, 'pat_bob')
  product.features = json({ features: [] })
  await app.store.revoke(revocation({ value: 'ada', recheck: true }))
  t.same(await listed(url, 'pat_ada'), ['list_items'])
  t.same(await listed(url, 'pat_bob'), ['get_item', 'list_items'], 'others keep theirs')
  t.equal(questions().length, 3)
})

t.test('a reload keeps no answer of the configuration before', async t => {
  const { url, mint, reload, questions } = await setUp(t, (request, response) =>
    json({ features: ['beta'], other: [] })(request, response),
  )
  const { token } = await mint(['*'])
  t.ok((await listed(url, token)).includes('get_item'))
  await reload(yaml(ASKED.replace('flags: features', 'flags: other')))
  t.notOk((await listed(url, token)).includes('get_item'))
  t.equal(questions().length, 2)
})

t.test('cache 0 asks for every request', async t => {
  const { url, mint, product, questions } = await setUp(
    t,
    json({ features: ['beta'] }),
    yaml(ASKED.replace('30s', '0s')),
  )
  const { token } = await mint(['*'])
  t.ok((await listed(url, token)).includes('get_item'))
  product.features = json({ features: [] })
  t.notOk((await listed(url, token)).includes('get_item'))
  t.equal(questions().length, 2)
})

t.test('each tenant’s callers are asked about at their own backend, others at none', async t => {
  const text = yaml(ASKED)
    .replace('{ type: forward }, ', '')
    .replace(/ {2}- \{ type: bearer.*\n/, '')
    .replace(
      '    upstream: UPSTREAM',
      '    tenants: { by: principal.organization, upstreams: { one: UPSTREAM/at-one, two: UPSTREAM/at-two } }',
    )
  const { url, mint, questions } = await setUp(
    t,
    (request, response) =>
      json({ features: request.url?.startsWith('/at-one/') ? ['beta'] : [] })(request, response),
    text,
  )
  const [one, two, none] = [
    await mint(['*'], { organization: 'one' }),
    await mint(['*'], { organization: 'two' }),
    await mint(['*'], { organization: 'three' }),
  ]
  t.ok((await listed(url, one.token)).includes('get_item'))
  t.notOk((await listed(url, two.token)).includes('get_item'))
  t.same(await listed(url, none.token), [])
  t.same(
    questions().map(({ url: asked }) => asked?.slice(0, 8)),
    ['/at-one/', '/at-two/'],
  )
})
