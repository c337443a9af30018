/** The plain REST API of the product through the gateway: the same callers, the same policy, the same bytes. */
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { type Built, build } from './build.ts'

interface Recorded {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** The gateway with an ear between it and the product: what goes over the wire, byte for byte passed on. */
async function overheard(t: Test): Promise<Built & { readonly wire: Recorded[]; readonly api: string }> {
  const wire: Recorded[] = []
  let target = ''
  const ear = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    wire.push({ method, url, headers })
    const onward = httpRequest(target + url, { method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(ear, 'listening')
  t.teardown(() => {
    ear.closeAllConnections()
    ear.close()
  })
  const built = await build(t, config => {
    target = config.apis[0]?.upstream ?? ''
    const upstream = `http://127.0.0.1:${(ear.address() as AddressInfo).port}`
    return { ...config, apis: config.apis.map(api => ({ ...api, upstream })) }
  })
  return { ...built, wire, api: `${built.origin}/api` }
}

/** The way each kind of caller presents itself. */
async function callers({ product, mint }: Built): Promise<Record<string, Record<string, string>>> {
  const { email, token } = product.credentials.pair()
  const minted = await mint(['manage:*'])
  return {
    'the product’s token': { authorization: `Bearer ${product.credentials.pat(['*'])}` },
    'the header pair': { Email: email, Token: token },
    'a minted token': { authorization: `Bearer ${minted.token}` },
  }
}

const json = { 'content-type': 'application/json' }

t.test('GET, POST, PATCH and DELETE as every kind of caller', async t => {
  const built = await overheard(t)
  const { api, audit, wire } = built
  for (const [who, credential] of Object.entries(await callers(built))) {
    const before = audit().length
    const workspaces = await read(await fetch(`${api}/v1/workspaces`, { headers: credential }))
    const workspace = workspaces.data[0].id
    const created = await fetch(`${api}/v1/contacts`, {
      method: 'POST',
      headers: { ...credential, ...json },
      body: JSON.stringify({ workspace_id: workspace, name: `Ålesund – ${who}`, email: 'a@b.example' }),
    })
    const contact = await read(created)
    t.equal(created.status, 201, `${who}: ${JSON.stringify(contact)}`)
    t.equal(contact.name, `Ålesund – ${who}`)
    const location = created.headers.get('location')
    t.equal(location, `/api/v1/contacts/${contact.id}`, 'a place that clients of the gateway reach')
    const again = await fetch(`${built.origin}${location}`, { headers: credential })
    t.match(await again.json(), { id: contact.id })
    const changed = await fetch(`${built.origin}${location}`, {
      method: 'PATCH',
      headers: { ...credential, ...json },
      body: '{"name":"New"}',
    })
    t.match([changed.status, await changed.json()], [200, { name: 'New' }])
    const removed = await fetch(`${built.origin}${location}`, { method: 'DELETE', headers: credential })
    t.equal(removed.status, 204)
    t.equal((await fetch(`${built.origin}${location}`, { headers: credential })).status, 404)
    t.match(
      audit().slice(before),
      [
        { tool: 'tally_list_workspaces', tier: 'read', upstreamStatus: 200, outcome: 'ok' },
        { tool: 'tally_create_contact', tier: 'write', upstreamStatus: 201, outcome: 'ok' },
        {
          tool: 'tally_get_contact',
          upstreamStatus: 200,
          outcome: 'ok',
          arguments: { id: contact.id },
        },
        { tool: 'tally_update_contact', upstreamStatus: 200, outcome: 'ok' },
        { tool: 'tally_delete_contact', tier: 'manage', upstreamStatus: 204, outcome: 'ok' },
        { tool: 'tally_get_contact', upstreamStatus: 404, outcome: 'error' },
      ].map(record => ({ event: 'passthrough', ...record, subject: String, credential: String })),
      who,
    )
  }
  t.ok(wire.every(({ url }) => url?.startsWith('/v1/')))
})

t.test('a minted token never reaches the product; the product’s own credential does', async t => {
  const built = await overheard(t)
  const { api, wire, mint, product, audit } = built
  const { token } = await mint(['read:*'])
  await fetch(`${api}/v1/invoices?limit=1`, { headers: { authorization: `Bearer ${token}` } })
  const sent = wire.at(-1)
  t.match(sent, { url: '/v1/invoices?limit=1', headers: { authorization: /^Bearer tally_pat_/ } })
  t.notMatch(JSON.stringify(wire), token)

  const pat = product.credentials.pat(['read:*'])
  await fetch(`${api}/v1/invoices`, { headers: { authorization: `Bearer ${pat}` } })
  t.equal(wire.at(-1)?.headers.authorization, `Bearer ${pat}`)

  const pair = product.credentials.pair()
  await fetch(`${api}/v1/invoices`, { headers: { Email: pair.email, Token: pair.token } })
  t.match(wire.at(-1)?.headers, { email: pair.email, token: pair.token })
  t.equal(wire.at(-1)?.headers.authorization, undefined)
  for (const secret of [token, pat, pair.token]) t.notMatch(JSON.stringify(audit()), secret)
})

t.test('identity, cookies and the way here, as a client claims them, do not reach the product', async t => {
  const { api, wire, mint } = await overheard(t)
  const { token } = await mint(['read:*'])
  const answer = await fetch(`${api}/v1/invoices`, {
    headers: {
      authorization: `Bearer ${token}`,
      cookie: 'session=S1',
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-user': 'admin',
      'x-forwarded-email': 'admin@example.com',
      'x-user-id': 'admin',
      'x-remote-user': 'admin',
      'x-api-key': 'S2',
      'x-original-url': '/v1/me',
      'x-http-method-override': 'DELETE',
      forwarded: 'for=1.2.3.4',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  })
  t.equal(answer.status, 200)
  const { headers, method } = wire.at(-1) ?? {}
  t.equal(method, 'GET')
  t.notMatch(JSON.stringify(headers), /admin|S1|S2|1\.2\.3\.4|v1\/me|DELETE/)
  t.match(headers, { traceparent: /^00-0af7/ }, 'tracing goes on')
})

t.test(
  'a hidden operation is 403 and names the scope, an unknown one 404; neither reaches the product',
  async t => {
    const { api, wire, mint, audit } = await overheard(t)
    const { token, id } = await mint(['read:invoices'])
    const headers = { authorization: `Bearer ${token}` }
    const hidden = await fetch(`${api}/v1/invoices/inv_1`, { method: 'DELETE', headers })
    t.equal(hidden.status, 403)
    t.match(await hidden.json(), { error: { code: 'insufficient_scope' } })
    t.match(hidden.headers.get('www-authenticate'), /error="insufficient_scope".*scope="manage:invoices"/)
    for (const [method, path] of [
      ['GET', '/v1/nothing'],
      ['PUT', '/v1/invoices'],
      ['GET', '/v1/invoices/../me'],
      ['GET', '/v1/invoices/%2e%2e/me'],
      ['GET', '/v1/invoices/a%2Fb'],
      ['GET', '//v1/me'],
      ['GET', '/v1/me'],
    ] as const) {
      const answer = await plain(`${api}${path}`, method, headers)
      t.ok(answer.status === 404 || answer.status === 400, `${method} ${path}: ${answer.status}`)
    }
    t.equal((await fetch(`${api}/v1/invoices`)).status, 401)
    t.same(wire, [])
    t.match(audit()[0], {
      event: 'passthrough',
      outcome: 'denied',
      code: 'insufficient_scope',
      tool: 'tally_delete_invoice',
      missingScopes: ['manage:invoices'],
      credential: id,
    })
    t.match(audit().at(-1), { event: 'passthrough', outcome: 'denied', code: 'missing_token' })
  },
)

t.test('what stands in a path is put on record without the credentials in it', async t => {
  const built = await overheard(t)
  const { token } = await built.mint(['manage:*'])
  await fetch(`${built.api}/v1/contacts/${token}`, { headers: { authorization: `Bearer ${token}` } })
  t.match(built.audit().at(-1), { tool: 'tally_get_contact', arguments: { id: '[credential]' } })
})

t.test('a role gate holds here too', async t => {
  const { api, wire, mint } = await overheard(t)
  const without = await mint(['*'])
  const refused = await fetch(`${api}/v1/invoices/export`, {
    headers: { authorization: `Bearer ${without.token}` },
  })
  t.equal(refused.status, 403)
  t.match(await refused.json(), { error: { code: 'access_denied' } })
  t.same(wire, [])
})

t.test('a PDF and a CSV arrive as the product sent them', async t => {
  const { api, product, productUrl, mint } = await overheard(t)
  const headers = { authorization: `Bearer ${product.credentials.pat(['*'])}` }
  const { data } = await read(await fetch(`${productUrl}/v1/invoices?status=paid`, { headers }))
  const minted = { authorization: `Bearer ${(await mint(['*'], { roles: ['accountant'] })).token}` }
  for (const [path, type] of [
    [`/v1/invoices/${data[0].id}/pdf`, 'application/pdf'],
    ['/v1/invoices/export', 'text/csv'],
  ]) {
    const direct = await fetch(productUrl + path, { headers })
    const through = await fetch(api + path, { headers: minted })
    t.equal(through.status, 200)
    for (const name of ['content-type', 'content-disposition', 'content-length']) {
      t.equal(through.headers.get(name), direct.headers.get(name), `${path} ${name}`)
    }
    t.match(through.headers.get('content-type'), type)
    const [expected, received] = await Promise.all([direct.bytes(), through.bytes()])
    t.ok(expected.length > 200)
    t.ok(Buffer.from(received).equals(expected), `${path}: ${received.length} bytes`)
  }
})

t.test('a revoked token is 401 on the very next request', async t => {
  const { api, app, mint } = await overheard(t)
  const { token, id } = await mint(['read:*'])
  const headers = { authorization: `Bearer ${token}` }
  t.equal((await fetch(`${api}/v1/invoices`, { headers })).status, 200)
  await app.store.revokeToken(id, Date.now())
  t.equal((await fetch(`${api}/v1/invoices`, { headers })).status, 401)
})

// biome-ignore lint/suspicious/noExplicitAny: the product's answers, of any shape
function read(response: Response): Promise<any> {
  return response.json()
}

/** Sends the path as it is; `fetch` would resolve dot segments first. */
async function plain(
  url: string,
  method: string,
  headers: Record<string, string>,
): Promise<{ status: number }> {
  const { hostname, port } = new URL(url)
  const path = url.slice(url.indexOf('/', 'http://'.length))
  const request = httpRequest({ hostname, port, path, method, headers })
  request.end()
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  return { status: response.statusCode }
}
