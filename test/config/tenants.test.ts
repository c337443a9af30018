/** `apis[].tenants`: what would let one tenant's calls or credentials get to another is refused when it is read. */
import t, { type Test } from 'tap'
import { configNotes } from '../../src/config/config-notes.ts'
import { loadText, problemsOf } from './load-text.ts'

interface Written {
  readonly upstreams?: string
  readonly by?: string
  readonly api?: string
  readonly rest?: string
}

const GOOD = '{ acme: https://acme.example, globex: https://globex.example }'

function text({
  upstreams = GOOD,
  by = 'principal.organization',
  api = '',
  rest = '',
}: Written = {}): string {
  return `name: acme
auth: [{ type: token }]
apis:
  - name: billing
    openapi: billing.yaml
    tenants: { by: '${by}', upstreams: ${upstreams} }
    ${api}
${rest}
`
}

const problems = (t: Test, written: Written) => problemsOf(t, text(written))
const notes = (t: Test, written: Written) => configNotes(loadText(t, text(written)))

t.test('a closed list of tenants', async t => {
  const config = loadText(t, text())
  t.match(config.apis[0]?.tenants, {
    by: { source: 'principal.organization' },
    upstreams: { acme: 'https://acme.example', globex: 'https://globex.example' },
  })
  t.same(
    notes(t, {}).filter(({ path }) => path.startsWith('apis')),
    [],
  )
  for (const upstreams of [
    '{ acme: https://api.example/acme, globex: https://api.example/acme-globex }',
    '{ acme: https://acme.example, "acme gmbh & co": https://other.example }',
  ]) {
    t.doesNotThrow(() => loadText(t, text({ upstreams })), upstreams)
  }
})

t.test('mistakes in the list', async t => {
  const at = (name: string) => new RegExp(`^apis\\[0\\]\\.tenants\\.upstreams.*${name}`)
  t.match(problems(t, { upstreams: '{}' }), [{ path: 'apis[0].tenants.upstreams', message: /no tenants/ }])
  for (const url of [
    'acme.example',
    'ftp://acme.example',
    'https://user:x@acme.example',
    'https://a.example?b=c',
  ]) {
    t.match(problems(t, { upstreams: `{ acme: '${url}' }` }), [{ path: at('acme') }], url)
  }
  for (const name of ['" acme"', '"acme "', '"ac\\tme"', '"acme\\u00a0"']) {
    t.match(
      problems(t, { upstreams: `{ ${name}: https://a.example }` }),
      [{ message: /space at an end/ }],
      name,
    )
  }
  t.ok(problems(t, { upstreams: '{ acme: https://a.example, acme: https://b.example }' }).length > 0, 'twice')
  t.ok(problems(t, { upstreams: '{ __proto__: https://a.example }' }).length > 0)
  t.match(problems(t, { by: 'size(principal.roles)' }), [
    { path: 'apis[0].tenants.by', fix: /yields a text/ },
  ])
  t.match(problems(t, { by: 'principal.tenant' }), [{ path: 'apis[0].tenants.by' }])
})

t.test('a backend within another’s, and addresses for everybody', async t => {
  for (const inner of [
    'https://acme.example/x',
    'https://ACME.example:443/x/y',
    'https://acme.example/a/../x',
  ]) {
    t.match(
      problems(t, { upstreams: `{ acme: https://acme.example/, globex: '${inner}' }` }),
      [{ path: /globex/, message: /lies within that of acme/ }],
      inner,
    )
  }
  t.match(problems(t, { api: 'upstreams: [https://more.example]' }), [{ path: 'apis[0].upstreams' }])
})

t.test('a token for one tenant’s backend is good at no other’s', async t => {
  const rest = 'publicUrl: https://mcp.example\nsigning: { keys: [{ file: ./none.pem }] }'
  const shared = (credentials: string, upstreams = GOOD) =>
    problems(t, { api: `credentials: ${credentials}`, rest, upstreams }).filter(({ path }) =>
      path.startsWith('apis'),
    )
  t.match(shared('{ type: identity, audience: https://api.example }'), [
    { path: 'apis[0].credentials.audience', message: /good at another’s/ },
  ])
  t.same(shared('{ type: identity }'), [])
  t.same(shared('{ type: identity, audience: a }', '{ acme: https://a.example }'), [], 'there is one backend')
  const exchange = (more: string) =>
    `{ type: exchange, tokenEndpoint: https://id.example/t, clientId: c, clientSecret: s${more} }`
  for (const key of ['audience', 'resource']) {
    const found = shared(exchange(`, ${key}: https://api.example`)).filter(({ message }) =>
      /good at/.test(message),
    )
    t.match(found, [{ path: `apis[0].credentials.${key}` }])
  }
})

t.test('what a backend answers does not choose the backend', async t => {
  const rest = 'entitlements: { request: "GET /me/{subject}", flags: features, roles: roles }'
  for (const by of [
    'principal.flags[0]',
    'principal.roles[0]',
    '"a" in principal.roles ? "acme" : "globex"',
  ]) {
    t.match(problems(t, { by, rest }), [{ path: 'apis[0].tenants.by', message: /would choose/ }], by)
  }
  t.doesNotThrow(() => loadText(t, text({ rest })))
  t.doesNotThrow(() => loadText(t, text({ by: 'principal.roles[0]' })), 'roles of the credential')
})

t.test('notes: plain http, one backend for two, a secret that all are shown', async t => {
  const of = (written: Written) =>
    notes(t, written).flatMap(({ path, message }) => (path.startsWith('apis') ? `${path}: ${message}` : []))
  t.match(of({ upstreams: '{ acme: http://acme.example, local: http://127.0.0.1:1 }' }), [
    /^apis\[0\]\.tenants\.upstreams\.acme: .*plain http/,
  ])
  t.match(of({ upstreams: '{ acme: https://a.example, globex: https://A.example/ }' }), [
    /globex: globex and acme have one backend/,
  ])
  t.match(of({ api: 'credentials: { type: static, value: Bearer abcdefgh }' }), [
    /all 2 tenants .* same secret/,
  ])
})
