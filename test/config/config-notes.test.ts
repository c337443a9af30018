import t, { type Test } from 'tap'
import { configNotes } from '../../src/config/config-notes.ts'
import { loadText, MINIMAL } from './load-text.ts'

/** Where notes are, of a configuration with these lines more. */
function paths(t: Test, text: string, baseUrls?: ReadonlyMap<string, string>): string[] {
  return configNotes(loadText(t, text), baseUrls).map(note => note.path)
}

const PAIR = (verify: string) => `name: acme
apis: [{ name: billing, openapi: b.yaml, credentials: { type: forward } }]
auth:
  - { type: headers, headers: [Email, Token], ${verify} }
`

t.test('an ordinary configuration has none', async t => {
  t.same(paths(t, MINIMAL), [])
})

t.test('headers with a subject that nobody compares', async t => {
  t.same(paths(t, PAIR('subject: Email, verify: { request: GET /me, scopes: s }')), ['auth[0].verify'])
  t.same(paths(t, PAIR('subject: Email, verify: { request: GET /me, scopes: s, identity: email }')), [])
  t.same(paths(t, PAIR('verify: { request: GET /me, scopes: s }')), [], 'no subject is claimed')
})

t.test('plain http to another machine', async t => {
  const api = (upstream: string) => MINIMAL.replace('billing.yaml', `billing.yaml, upstream: '${upstream}'`)
  t.same(paths(t, api('http://api.internal:8080')), ['apis[0].upstream'])
  t.same(paths(t, api('https://api.example.com')), [])
  for (const host of ['127.0.0.1:4010', 'localhost', '[::1]:80']) t.same(paths(t, api(`http://${host}`)), [])
  t.same(
    paths(t, MINIMAL, new Map([['billing', 'http://10.0.0.1']])),
    ['apis[0].upstream'],
    'from the document',
  )
})

t.test('anonymous callers', async t => {
  const anonymous = MINIMAL.replace('{ type: token }', "{ type: anonymous, scopes: ['read:*'] }")
  t.same(paths(t, anonymous), [], 'only this machine can come')
  const allowed = `${anonymous}allowAnonymous: true\n`
  t.same(paths(t, allowed), [], 'allowed, but on loopback')
  const open = `${allowed}publicUrl: https://mcp.example.com\n`
  t.same(paths(t, open), ['allowAnonymous'], 'a proxy in front lets others come')
  t.same(paths(t, `${open}listen: { host: 0.0.0.0 }\n`), ['allowAnonymous'])
  t.same(paths(t, `${MINIMAL}allowAnonymous: true\n`), ['allowAnonymous'], 'allowed for nobody')
})

t.test('an address for all that knows no name', async t => {
  const open = `${MINIMAL}listen: { host: 0.0.0.0 }\n`
  t.same(paths(t, open), ['publicUrl'])
  const named = `${open}publicUrl: https://mcp.example.com\n`
  t.same(paths(t, `${named}trustedProxies: [10.0.0.7]\n`), [])
  t.same(paths(t, `${open}allowedHosts: [mcp]\n`), [])
})

t.test('what is not kept', async t => {
  t.same(paths(t, `${MINIMAL}audit: { to: 'off' }\nstore: { type: memory }\n`), ['audit', 'store'])
  const anonymous = MINIMAL.replace('{ type: token }', "{ type: anonymous, scopes: ['read:*'] }")
  t.same(paths(t, `${anonymous}store: { type: memory }\n`), [], 'without tokens there is nothing to keep')
  const revoking = `${PAIR('verify: { request: GET /me, scopes: s }')}admin: { role: boss, auth: [headers] }\n`
  t.same(paths(t, `${revoking}store: { type: memory }\n`), ['store'], 'revocations are kept too')
})

t.test('Redis over a network without TLS, and callers who go on without it', async t => {
  const at = (store: string) => paths(t, `${MINIMAL}store: { type: redis, ${store} }\n`)
  t.same(at('url: "redis://redis.internal:6379"'), ['store'])
  t.same(at('cluster: ["redis://127.0.0.1:7000", "redis://10.0.0.7:7000"], replicas: 1'), ['store'])
  t.same(at('sentinels: [{ host: sentinel.internal }], master: mymaster, replicas: 1'), ['store'])
  t.same(at('sentinels: [{ host: sentinel.internal }], master: mymaster, replicas: 1, tls: {}'), [])
  for (const url of [
    'rediss://redis.internal',
    'redis://127.0.0.1',
    'redis://[::1]',
    'unix:///run/redis.sock',
  ])
    t.same(at(`url: "${url}"`), [], url)
  t.same(at('url: "rediss://r", onUnavailable: stale'), ['store.onUnavailable'])
  const cluster = 'cluster: ["rediss://r"]'
  t.same(at(cluster), ['store.replicas'])
  t.same(at(`${cluster}, replicas: 1`), [])
})

t.test('every note says what to do, on one line, and none shows a secret', async t => {
  const text = `${PAIR('subject: Email, verify: { request: GET /me, scopes: s }')}listen: { host: 0.0.0.0 }
audit: { to: 'off' }
store: { type: memory }
`
  const shared = `${MINIMAL}store: { type: redis, url: 'redis://:geheim@r', onUnavailable: stale }\n`
  const notes = [text, shared].flatMap(each => configNotes(loadText(t, each)))
  t.ok(notes.length >= 5)
  t.notMatch(JSON.stringify(notes), 'geheim')
  for (const { message, fix } of notes) for (const words of [message, fix]) t.match(words, /^[^\n]{10,120}$/)
})

t.test('guesses that are not counted, or counted together', async t => {
  t.same(paths(t, `${MINIMAL}failedSignIns: false\n`), ['failedSignIns'])
  const behindProxy = `${MINIMAL}publicUrl: https://mcp.acme.com\n`
  t.same(paths(t, behindProxy), ['trustedProxies'])
  t.same(paths(t, `${behindProxy}trustedProxies: [10.0.0.0/8]\n`), [])
  t.same(paths(t, `${MINIMAL}publicUrl: http://localhost:8080\n`), [])
  const anonymous = MINIMAL.replace('{ type: token }', "{ type: anonymous, scopes: ['read:*'] }")
  t.same(paths(t, `${anonymous}failedSignIns: false\n`), [])
})

t.test('an introspection that takes tokens meant for anybody', async t => {
  const text = (which: string) => `name: acme
apis: [{ name: billing, openapi: billing.yaml }]
auth:
  - type: bearer
    verify: { introspection: { url: "https://id.example.com/i", clientId: a, clientSecret: b, ${which} } }
`
  t.same(paths(t, text('anyAudience: true')), ['auth[0].verify.introspection.anyAudience'])
  t.same(paths(t, text('audience: me')), [])
})
