import t from 'tap'
import { readWebhookSecret } from '../../src/config/webhook-secret.ts'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

const secret = (length: number, fill = 7) => `whsec_${Buffer.alloc(length, fill).toString('base64')}`

t.test('nothing unless asked; then the role must be named, and only minted tokens sign in', async t => {
  t.equal(loadText(t, MINIMAL).admin, undefined)
  t.strictSame(loadText(t, `${MINIMAL}admin: { role: operator }\n`).admin, {
    path: '/admin',
    role: 'operator',
    auth: ['token'],
  })
  t.match(problemsOf(t, `${MINIMAL}admin: {}\n`), [{ path: 'admin.role', message: /missing/ }])
})

t.test('secrets come from the environment, several of them', async t => {
  const env = { NEW: secret(32), OLD: secret(24) }
  const text = `${MINIMAL}admin: { role: r, webhook: { secrets: ["\${NEW}", "\${OLD}"] } }\n`
  t.strictSame(loadText(t, text, env).admin?.webhook?.secrets, [env.NEW, env.OLD])
})

t.test('mistakes are named, and no secret is shown', async t => {
  for (const [admin, path, message] of [
    ['{ role: r, path: / }', 'admin.path', /every path/],
    ['{ role: r, path: /mcp }', 'admin.path', /overlap/],
    ['{ role: r, path: /mcp/admin }', 'admin.path', /overlap/],
    ['{ role: r, path: /api }', 'admin.path', /overlap/],
    ['{ role: r, path: /api/admin }', 'admin.path', /overlap/],
    ['{ role: r, path: /healthz }', 'admin.path', /Postern’s own/],
    ['{ role: r, path: /.well-known/admin }', 'admin.path', /Postern’s own/],
    ['{ role: r, path: /a/../b }', 'admin.path', /segment/],
    ['{ role: r, path: /admin/ }', 'admin.path', /slash/],
    ['{ role: "" }', 'admin.role', /empty/],
    ['{ role: r, auth: [] }', 'admin.auth', /too short/],
    ['{ role: r, auth: [anonymous] }', 'admin.auth[0]', /not a value/],
    ['{ role: r, auth: [jwt] }', 'admin.auth[0]', /no scheme jwt is configured/],
    ['{ role: r, auth: [token, token] }', 'admin.auth[1]', /twice/],
    ['{ role: r, webhook: {} }', 'admin.webhook.secrets', /missing/],
    ['{ role: r, webhook: { secrets: [] } }', 'admin.webhook.secrets', /too short/],
    ['{ role: r, webhook: { secrets: [geheim] } }', 'admin.webhook.secrets[0]', /not a webhook secret/],
    [
      `{ role: r, webhook: { secrets: ["${secret(23)}"] } }`,
      'admin.webhook.secrets[0]',
      /not a webhook secret/,
    ],
    [
      `{ role: r, webhook: { secrets: ["${secret(32)}", "${secret(32)}"] } }`,
      'admin.webhook.secrets[1]',
      /the same secret/,
    ],
    ['{ role: r, cors: true }', 'admin.cors', /not a known key/],
  ] as const) {
    const text = `${MINIMAL}passthrough: { path: /api, api: billing }\nadmin: ${admin}\n`
    const problems = problemsOf(t, text)
    t.match(problems, [{ path, message }], admin)
    t.equal(problems.length, 1, admin)
    t.notMatch(JSON.stringify(problems), /geheim|BwcHBwcH/)
  }
  const anonymous = MINIMAL.replace('type: token', 'type: anonymous, scopes: [x]')
  t.match(problemsOf(t, `${anonymous}admin: { role: r }\n`), [{ message: /no scheme token is configured/ }])
  t.match(problemsOf(t, `${MINIMAL}servers: [{ path: /admin/mcp }]\nadmin: { role: r }\n`), [
    { path: 'admin.path', message: /overlap/ },
  ])
  t.ok(loadText(t, `${MINIMAL}servers: [{ path: / }, { path: /administration }]\nadmin: { role: r }\n`))
})

t.test('a webhook secret is 24 to 64 bytes of base64 in one spelling', async t => {
  for (const length of [24, 32, 33, 64]) t.equal(readWebhookSecret(secret(length))?.length, length)
  for (const text of [
    '',
    'whsec_',
    secret(23),
    secret(65),
    secret(32).slice(0, -1),
    `${secret(32)}=`,
    `${secret(32)}\n`,
    ` ${secret(32)}`,
    secret(32).replace('whsec_', ''),
    secret(32).replace('whsec_', 'WHSEC_'),
    secret(32, 255).replaceAll('/', '_'),
    `${secret(32).slice(0, -2)}d=`,
  ]) {
    t.equal(readWebhookSecret(text), undefined, text)
  }
})
