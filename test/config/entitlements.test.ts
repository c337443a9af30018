import t from 'tap'
import { loadText, problemsOf } from './load-text.ts'

const text = (
  entitlements: string,
  { credentials = '{ type: forward }', more = '', rule = '' } = {},
) => `name: acme
apis:
  - name: billing
    openapi: billing.yaml
    credentials: ${credentials}
    tools: { rules: [${rule}] }
auth: [{ type: bearer, verify: { request: GET /me, grant: ['*'] } }]
${entitlements === '' ? '' : `entitlements: ${entitlements}`}
${more}`

const ASKED = '{ request: GET /v1/me/features, flags: features }'
const FLAGGED = `{ match: { method: GET }, when: '"beta" in principal.flags' }`

t.test('what is left out is filled in', async t => {
  t.same(loadText(t, text(ASKED)).entitlements, {
    request: 'GET /v1/me/features',
    flags: 'features',
    cache: 30_000,
  })
  const full = '{ request: POST /f, api: billing, flags: "keys(features)", roles: a.roles, cache: 2m }'
  t.match(loadText(t, text(full)).entitlements, { api: 'billing', roles: 'a.roles', cache: 120_000 })
  t.ok(loadText(t, text(ASKED, { rule: FLAGGED })))
})

t.test('a question that nobody could answer about the caller', async t => {
  for (const [entitlements, path, words, options] of [
    ['{ request: GET /f }', 'entitlements', /it asks for nothing/],
    ['{ request: /f, flags: f }', 'entitlements.request', /not a request/],
    ['{ request: HEAD /f, flags: f }', 'entitlements.request', /names nobody/],
    ['{ request: GET //evil.example/f, flags: f }', 'entitlements.request', /could leave the API/],
    ['{ request: GET /a/../f, flags: f }', 'entitlements.request', /could leave the API/],
    ['{ request: "GET /{user}/f", flags: f }', 'entitlements.request', /stands for nothing/],
    ['{ request: "GET /{subject/f", flags: f }', 'entitlements.request', /stands for nothing/],
    ['{ request: GET /f, flags: "a[" }', 'entitlements.flags', /neither a dotted path nor JMESPath/],
    ['{ request: GET /f, api: other, flags: f }', 'entitlements.api', /no API of this name/],
    [
      ASKED,
      'entitlements.request',
      /the gateway’s own credential, and the answer would not be about the caller/,
      { credentials: '[{ type: forward }, { type: static, value: x }]' },
    ],
    [ASKED, 'entitlements.request', /no credential/, { credentials: '{ type: none }' }],
  ] as const) {
    const [problem, ...more] = problemsOf(t, text(entitlements, options ?? {}))
    t.equal(problem?.path, path, entitlements)
    t.match(problem?.message, words, entitlements)
    t.same(more, [], entitlements)
  }
  const credentials = '{ type: static, value: x }'
  t.ok(loadText(t, text('{ request: "GET /u/{subject}/f?o={organization}", flags: f }', { credentials })))
})

t.test('flags that nobody asks for, or that nobody could have yet', async t => {
  const when = `when: '"beta" in principal.flags'`
  const scopes = `scopes: { read:x: { allow: [read:*], ${when} } }`
  for (const [entitlements, options, path, words] of [
    ['', { rule: FLAGGED }, 'apis[0].tools.rules[0].when', /nobody is asked for principal.flags/],
    [
      '{ request: GET /f, roles: r }',
      { rule: `{ match: { method: GET }, bind: { x: 'principal["flags"][0]' } }` },
      'apis[0].tools.rules[0].bind.x',
      /nobody is asked/,
    ],
    [ASKED, { more: scopes }, 'scopes["read:x"].when', /have no flags yet/],
  ] as const) {
    const [problem, ...more] = problemsOf(t, text(entitlements, options))
    t.equal(problem?.path, path)
    t.match(problem?.message, words)
    t.same(more, [])
  }
})
