/** The product's own credentials, verified by the product and used there: bearer tokens and header pairs. */
import t from 'tap'
import { createIntrospectionServer, GOOD, json } from './auth/introspection/server.ts'
import { build, rpc, toolNames } from './build.ts'

t.test(
  'the product’s own token signs in, with the product’s scopes, and is what the product sees',
  async t => {
    const { url, product } = await build(t)
    const pat = product.credentials.pat(['read:invoices'])
    const names = toolNames(await rpc(url, pat, 'tools/list'))
    t.ok(names.includes('tally_list_invoices'))
    t.notOk(names.includes('tally_create_invoice'))
    const { body } = await rpc(url, pat, 'tools/call', {
      name: 'tally_list_invoices',
      arguments: { limit: 1 },
    })
    t.equal(body.result.isError, false)
    t.equal(body.result.structuredContent.data?.length ?? body.result.structuredContent.invoices?.length, 1)
  },
)

t.test('Cursor’s header pair signs in on the same endpoint', async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair()
  const list = await rpc(url, { Email: email, Token: token }, 'tools/list')
  t.equal(list.status, 200)
  t.ok(toolNames(list).includes('tally_list_invoices'))
  const call = await rpc(url, { Email: email, Token: token }, 'tools/call', { name: 'tally_list_invoices' })
  t.equal(call.body.result.isError, false)
})

t.test('N19: the Email of one user with the Token of another is 401', async t => {
  const { url, product } = await build(t)
  const one = product.credentials.pair('admin')
  const other = product.credentials.pair('viewer')
  t.not(one.email, other.email)
  const refused = await rpc(url, { Email: other.email, Token: one.token }, 'tools/list')
  t.equal(refused.status, 401)
  t.equal(
    (await rpc(url, { Email: one.email, Token: one.token }, 'tools/list')).status,
    200,
    'not poisoned by it',
  )
})

t.test('N18: Email without Token is 401, and says which header is missing', async t => {
  const { url, product } = await build(t)
  const refused = await rpc(url, { Email: product.credentials.pair().email }, 'tools/list')
  t.equal(refused.status, 401)
  t.match(refused.body.error.message, /Token/)
})

t.test(
  'N1: no credential is 401 with a challenge; N2: garbage too; N6: a token in the query is none',
  async t => {
    const { url, mint, audit } = await build(t)
    const { token } = await mint(['*'])
    const none = await rpc(url, undefined, 'tools/list')
    t.equal(none.status, 401)
    t.match(none.headers.get('www-authenticate') ?? '', /^Bearer realm=/)
    t.equal((await rpc(url, 'garbage', 'tools/list')).status, 401)
    t.equal((await rpc(`${url}?access_token=${token}&token=${token}`, undefined, 'tools/list')).status, 401)
    t.equal(audit().filter(record => record.event === 'refused' && record.outcome === 'denied').length, 3)
  },
)

t.test('N7: two credentials at once are refused, not chosen from', async t => {
  const { url, product, mint } = await build(t)
  const { token } = await mint(['*'])
  const { email, token: secret } = product.credentials.pair()
  const both = await rpc(url, { authorization: `Bearer ${token}`, Email: email, Token: secret }, 'tools/list')
  t.equal(both.status, 400)
  t.equal(both.body.error.data.code, 'ambiguous_credentials')
})

t.test('the product being down is 503, neither 401 nor an acceptance', async t => {
  const { url, product } = await build(t)
  const pat = product.credentials.pat(['read:*'])
  await product.close()
  const answer = await rpc(url, pat, 'tools/list')
  t.equal(answer.status, 503)
  t.ok(answer.headers.get('retry-after'))
})

t.test('a token in a header of its own is shown to the product in the header that it wants', async t => {
  const { url, product } = await build(t, config => ({
    ...config,
    auth: config.auth.flatMap(scheme =>
      scheme.type === 'bearer'
        ? {
            ...scheme,
            header: 'X-Api-Key',
            verify: {
              ...scheme.verify,
              headers: { Authorization: { presented: 'token', prefix: 'Bearer ' } },
            },
          }
        : [],
    ),
  }))
  const secret = product.credentials.pat(['read:invoices'])
  const list = await rpc(url, { 'X-Api-Key': secret }, 'tools/list')
  t.ok(toolNames(list).includes('tally_list_invoices'))
  t.equal((await rpc(url, { 'X-Api-Key': `${secret}x` }, 'tools/list')).status, 401)
})

t.test('an introspected token signs in; its server being busy is 503 with its Retry-After', async t => {
  const server = await createIntrospectionServer(t)
  const now = Math.floor(Date.now() / 1_000)
  const active = { ...GOOD, exp: now + 600, iat: now, nbf: now, scope: 'read:invoices' }
  const { url } = await build(t, config => ({ ...config, auth: [server.scheme()] }))
  server.state.reply = json(active)
  t.ok(toolNames(await rpc(url, 'opaque', 'tools/list')).includes('tally_list_invoices'))
  server.state.reply = response => void response.writeHead(503, { 'retry-after': '17' }).end()
  const busy = await rpc(url, 'another', 'tools/list')
  t.equal(busy.status, 503)
  t.equal(busy.headers.get('retry-after'), '17')
  t.equal((await rpc(url, 'opaque', 'tools/list')).status, 200, 'who is known goes on')
  server.state.reply = json({ active: false })
  const refused = await rpc(url, 'third', 'tools/list')
  t.equal(refused.status, 401)
  t.match(refused.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
})
