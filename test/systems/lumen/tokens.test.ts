/** Lumen over HTTP: clients and their secrets, tokens of a quarter of an hour, what ends them, and who administrates. */
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import t from 'tap'
import { ask, call, rpc, visible } from '../ask.ts'
import { decode, signJwt } from '../jwt.ts'
import { promise } from '../promise.ts'
import { startLumen } from './gateway.ts'

const PUBLIC_URL = 'https://mcp.lumen.test'
const SCOPES = [
  'list_courses',
  'get_course',
  'search_lesson_content',
  'ask_tutor',
  'list_my_due_reviews',
  'grade_review_card',
  'create_course_draft',
  'ingest_url_to_draft',
  'list_my_progress',
  '*',
]
const lumen = await startLumen(t)
const { product, system, directory, key, url, clients, client, tokenAnswer, token } = lumen
/** A client by command line. */
const created = system.cli(
  'client',
  'create',
  '--name',
  'My laptop',
  '--scope',
  '*',
  '--subject',
  'u_teacher',
)

promise(t, '002', 'a client gets its token at /oauth/token for its id, its secret and a scope', async t => {
  const made = await client('u_teacher', ['*'])
  const { status, headers, body } = await tokenAnswer(made, { scope: '*' })
  t.equal(status, 200)
  t.match(body, { token_type: 'Bearer', scope: '*', access_token: /^eyJ/ })
  t.match(headers.get('cache-control'), /no-store/)
  t.equal(body.refresh_token, undefined)
  t.equal((await rpc(url, body.access_token, 'tools/list')).body.result.tools.length, 9)
})

promise(t, '002', 'the token is a JWT of 15 minutes, for the MCP server alone', async t => {
  const made = await client('u_ana', ['list_courses', 'get_course'])
  const { body } = await tokenAnswer(made)
  t.equal(body.expires_in, 900)
  const [header, claims] = parts(body.access_token)
  t.match(header, { alg: 'ES256', typ: 'at+jwt' })
  t.equal(Number(claims.exp) - Number(claims.iat), 900)
  t.match(claims, {
    sub: 'u_ana',
    aud: `${PUBLIC_URL}/mcp`,
    client_id: made.id,
    scope: 'list_courses get_course',
  })
})

promise(
  t,
  '002',
  'MCP messages go to /mcp with the token as a bearer token, and without one nothing goes',
  async t => {
    t.equal((await rpc(url, await token('u_ana'), 'tools/list')).status, 200)
    for (const method of ['initialize', 'tools/list', 'tools/call']) {
      const { status, body } = await rpc(url, undefined, method, { name: 'list_courses' })
      t.match(
        { status, body },
        { status: 401, body: { error: { data: { code: 'mcp.token_required' } } } },
        method,
      )
    }
  },
)

promise(t, '002', 'discovery names the token endpoint and the grant, as RFC 8414 says', async t => {
  const { status, body } = await ask(`${system.origin}/.well-known/oauth-authorization-server`)
  t.equal(status, 200)
  t.match(body, { issuer: PUBLIC_URL, token_endpoint: `${PUBLIC_URL}/oauth/token` })
  t.same(body.grant_types_supported, ['client_credentials'])
  t.ok(body.token_endpoint_auth_methods_supported.includes('client_secret_post'))
  const { body: keys } = await ask(system.at(body.jwks_uri))
  t.equal(keys.keys[0].kid, parts(await token('u_ana'))[0].kid)
})

promise(
  t,
  '002',
  'a client that knows RFC 8414 needs the URL, its id and its secret, and nothing else',
  async t => {
    const { id, secret } = await client('u_ana', ['list_courses'])
    const asked: string[] = []
    const transport = new StreamableHTTPClientTransport(new URL(`${PUBLIC_URL}/mcp`), {
      authProvider: new ClientCredentialsProvider({
        clientId: id,
        clientSecret: secret,
        expectedIssuer: PUBLIC_URL,
      }),
      fetch: (address, init) => {
        asked.push(new URL(address).pathname)
        return fetch(system.at(String(address)), init)
      },
    })
    const connected = new Client({ name: 'systems', version: '1' })
    t.teardown(() => connected.close())
    await connected.connect(transport)
    t.match(await connected.listTools(), { tools: [{ name: 'list_courses' }] })
    t.ok(asked.includes('/.well-known/oauth-authorization-server') && asked.includes('/oauth/token'))
  },
)

promise(t, '002', 'the scopes that can be asked for are the names of the tools, and *', async t => {
  for (const path of ['oauth-authorization-server', 'oauth-protected-resource/mcp']) {
    const { body } = await ask(`${system.origin}/.well-known/${path}`)
    t.same(body.scopes_supported.toSorted(), SCOPES.toSorted(), path)
  }
})

promise(t, '002', 'asking for a token narrows what the client has, down to one tool', async t => {
  const wide = await client('u_ana', ['*'])
  const { body } = await tokenAnswer(wide, { scope: 'ask_tutor list_my_progress' })
  t.equal(body.scope, 'ask_tutor list_my_progress')
  t.same(await visible(url, body.access_token), ['ask_tutor', 'list_my_progress'])
  t.equal((await tokenAnswer(wide, { scope: 'get_course' })).body.scope, 'get_course')
  t.equal((await tokenAnswer(wide)).body.scope, '*', 'what asks for nothing gets what it was made for')
})

promise(t, '002', 'asking for a token never broadens it', async t => {
  const narrow = await client('u_teacher', ['ask_tutor', 'list_my_progress'])
  for (const scope of [
    '*',
    'ask_tutor list_my_progress get_course',
    '* ask_tutor',
    '*:* ask_tutor',
    'read:* ask_tutor',
  ]) {
    const { body } = await tokenAnswer(narrow, { scope })
    const given = body.scope.split(' ').filter((name: string) => !/^(ask_tutor|list_my_progress)$/.test(name))
    t.same(given, [], scope)
    const seen = await visible(url, body.access_token)
    t.ok(
      seen.every(name => /^(ask_tutor|list_my_progress)$/.test(name)),
      scope,
    )
  }
  for (const scope of ['get_course', 'create_course_draft list_courses', 'write:*', 'ASK_TUTOR']) {
    const { status, body } = await tokenAnswer(narrow, { scope })
    t.match({ status, body }, { status: 400, body: { error: 'invalid_scope' } }, scope)
  }
})

promise(
  t,
  '002',
  'one command makes a client for its owner, with a name and scopes, and prints its secret',
  async t => {
    const { code, stdout, stderr } = await created
    t.equal(code, 0, stderr)
    const { client_id: id = '', client_secret: secret = '' } = variables(stdout)
    t.match(id, /^mch_/)
    t.match(stderr, /My laptop speaks for u_teacher, with \* at most\./)
    t.match(stderr, /secret is shown once: keep it now/)
    const { body } = await tokenAnswer({ id, secret })
    t.equal(parts(body.access_token)[1].sub, 'u_teacher')
  },
)

promise(t, '002', 'the secret is shown once and never again, by no command and no page', async t => {
  const { client_id: id = '', client_secret: secret = '' } = variables((await created).stdout)
  const { stdout } = await system.cli('client', 'list', '--json')
  for (const text of [stdout, JSON.stringify((await clients('GET ')).body)]) {
    t.match(text, id)
    t.notMatch(text, secret)
    t.notMatch(text, /argon2/)
  }
})

promise(t, '002', 'secrets are kept as argon2 hashes; the secret itself is written nowhere', async t => {
  const { id, secret } = await client('u_bo', ['get_course'])
  await tokenAnswer({ id, secret })
  await system.audited(({ operation, arguments: about }) => operation === 'token_issued' && holds(about, id))
  const files = readdirSync(directory).map(name => readFileSync(join(directory, name), 'latin1'))
  t.ok(files.some(text => text.includes('$argon2id$v=19$m=19456,t=2,p=1$')))
  for (const text of [...files, JSON.stringify(system.audit()), system.logged()])
    t.notOk(text.includes(secret))
})

promise(t, '002', 'administrators list the clients, with owner, name, scopes and state', async t => {
  const { id } = await client('u_bo', ['list_my_progress'])
  const { status, body } = await clients('GET ')
  t.equal(status, 200)
  const listed = body.clients.find((one: { id: string }) => one.id === id)
  t.match(listed, { name: 'My laptop', subject: 'u_bo', scopes: ['list_my_progress'] })
  t.notOk('revokedAt' in listed)
})

promise(t, '002', 'nobody but administrators lists, makes or revokes clients', async t => {
  const { id, secret } = await client('u_bo', ['*'])
  for (const request of ['GET ', 'POST ', `DELETE /${id}`]) {
    const body = request === 'POST ' ? { name: 'Mine', subject: 'u_admin', scopes: ['*'] } : undefined
    for (const user of ['u_bo', 'u_teacher']) t.equal((await clients(request, body, user)).status, 403, user)
    const [method = '', path = ''] = request.split(' ')
    const mcp = await ask(`${system.origin}/api/v1/admin/clients${path}`, {
      method,
      headers: { authorization: `Bearer ${await token('u_admin')}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    t.equal(mcp.status, 401, 'a token for the tools, even of an administrator, administrates nothing')
  }
  t.equal((await tokenAnswer({ id, secret })).status, 200, 'it is as it was')
})

promise(t, '002', 'a revoked client is listed with the time of its end, and gets no more tokens', async t => {
  const { id, secret } = await client('u_bo', ['*'])
  t.equal((await tokenAnswer({ id, secret })).status, 200)
  t.equal((await clients(`DELETE /${id}`)).status, 204)
  t.equal((await clients(`DELETE /${id}`)).status, 204, 'twice is once')
  t.match(await tokenAnswer({ id, secret }), { status: 401, body: { error: 'invalid_client' } })
  const { body } = await clients('GET ')
  t.match(
    body.clients.find((one: { id: string }) => one.id === id),
    { revokedAt: /^20\d\d-/ },
  )
  t.match((await clients('DELETE /mch_0123456789012345678901')).status, 404)
})

promise(
  t,
  '002',
  'a JWT that is still good is refused at once when its client is revoked: mcp.client_revoked',
  async t => {
    const made = await client('u_bo', ['*'])
    const { body } = await tokenAnswer(made)
    const bearer = body.access_token
    t.equal((await call(url, bearer, 'list_courses')).status, 200)
    t.equal((await clients(`DELETE /${made.id}`)).status, 204)
    const refused = await call(url, bearer, 'list_courses')
    t.match(refused, {
      status: 401,
      body: { error: { data: { code: 'mcp.client_revoked', reason: 'revoked' } } },
    })
    t.ok(Number(parts(bearer)[1].exp) * 1_000 > Date.now(), 'it has not expired')
    t.equal((await call(url, await token('u_bo'), 'list_courses')).status, 200, 'their other clients go on')
  },
)

promise(t, '002', 'a client can be revoked by command line, with the same effect', async t => {
  const made = await client('u_bo', ['*'])
  const { access_token: bearer } = (await tokenAnswer(made)).body
  t.equal((await rpc(url, bearer, 'tools/list')).status, 200)
  t.match(await system.cli('client', 'revoke', made.id), { code: 0, stdout: `revoked ${made.id}\n` })
  t.equal((await rpc(url, bearer, 'tools/list')).body.error.data.code, 'mcp.client_revoked')
})

promise(t, '002', 'a wrong secret gets no token', async t => {
  const { id, secret } = await client('u_bo', ['*'])
  const other = await client('u_ana', ['*'])
  for (const wrong of [other.secret, `${secret}x`, secret.toUpperCase()]) {
    t.match(await tokenAnswer({ id, secret: wrong }), { status: 401, body: { error: 'invalid_client' } })
  }
  const { status, body } = await tokenAnswer({ id: 'mch_0123456789012345678901', secret })
  t.match({ status, body }, { status: 401, body: { error: 'invalid_client' } })
})

promise(t, '002', 'a token that another key has signed is mcp.invalid_token; a fresh one works', async t => {
  const made = await client('u_ana', ['*'])
  const { access_token: good } = (await tokenAnswer(made)).body
  const [header, claims] = parts(good)
  const { privateKey: retired } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const old = await rpc(url, signJwt(claims, retired, Date.now(), header), 'tools/list')
  t.match(old, { status: 401, body: { error: { data: { code: 'mcp.invalid_token' } } } })
  t.match(old.headers.get('www-authenticate'), /error="invalid_token"/)
  const { access_token: fresh } = (await tokenAnswer(made)).body
  t.equal((await rpc(url, fresh, 'tools/list')).status, 200)
})

promise(
  t,
  '002',
  'tokens of the tools and of the product have other issuers and never cross, though one key signs both',
  async t => {
    const session = product.session('u_teacher')
    const bearer = await token('u_teacher')
    t.not(parts(session)[1].iss, parts(bearer)[1].iss)
    t.match(await rpc(url, session, 'tools/list'), {
      body: { error: { data: { code: 'mcp.invalid_token' } } },
    })
    const direct = (token: string) =>
      ask(`${system.upstream}/me`, { headers: { authorization: `Bearer ${token}` } })
    t.equal((await direct(session)).status, 200)
    t.equal((await direct(bearer)).status, 401)
  },
)

promise(
  t,
  '002',
  'the product never sees a token of the gateway: it is told who calls, for a minute, call by call',
  async t => {
    const bearer = await token('u_ana', ['list_courses'])
    await call(url, bearer, 'list_courses')
    const { authorization = '' } = product.received.at(-1)?.headers ?? {}
    t.not(authorization, `Bearer ${bearer}`)
    const claims = parts(authorization.replace('Bearer ', ''))[1]
    t.match(claims, {
      iss: PUBLIC_URL,
      aud: 'lumen-api',
      sub: 'u_ana',
      roles: ['learner'],
      scope: 'list_courses',
    })
    t.ok(Number(claims.exp) - Number(claims.iat) <= 60)
    t.notOk(product.received.some(({ headers }) => headers.authorization === `Bearer ${bearer}`))
  },
)

t.test('a JWT that was tampered with in any way is refused', async t => {
  const [header, claims] = parts(await token('u_ana', ['list_courses']))
  const now = Date.now()
  const forged = {
    'no signature': `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode({ ...claims, scope: '*' })}.`,
    'scopes without a new signature': `${encode(header)}.${encode({ ...claims, scope: '*' })}.${'A'.repeat(86)}`,
    'another type, with the good key': signJwt(claims, key, now),
    'another audience, with the good key': signJwt({ ...claims, aud: 'lumen-api' }, key, now, header),
    'the product’s issuer, with the good key': signJwt(
      { ...claims, iss: 'https://lumen.test' },
      key,
      now,
      header,
    ),
    'it has ended': signJwt({ ...claims, exp: Math.floor(now / 1_000) - 60 }, key, now, header),
    'no id, so that nobody could revoke it': signJwt({ ...claims, jti: undefined }, key, now, header),
    'no client, so that nobody could revoke it': signJwt(
      { ...claims, client_id: undefined },
      key,
      now,
      header,
    ),
  }
  for (const [what, bearer] of Object.entries(forged)) {
    t.match(
      await rpc(url, bearer, 'tools/list'),
      { body: { error: { data: { code: 'mcp.invalid_token' } } } },
      what,
    )
  }
})

t.test('what the gateway tells the product of a caller opens no tool', async t => {
  await call(url, await token('u_admin'), 'list_my_progress')
  const { authorization = '' } = product.received.at(-1)?.headers ?? {}
  const identity = authorization.replace('Bearer ', '')
  t.equal(parts(identity)[1].sub, 'u_admin')
  t.equal((await rpc(url, identity, 'tools/list')).status, 401)
  const { status } = await ask(`${system.origin}/api/v1/admin/clients`, { headers: { authorization } })
  t.equal(status, 401, 'nor the administration')
})

t.test('nobody registers a client, signs in by browser, or gets a refresh token', async t => {
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ redirect_uris: ['http://127.0.0.1/callback'] })
  const registration = await ask(`${system.origin}/oauth/register`, { method: 'POST', headers: json, body })
  t.ok(registration.status >= 400)
  const made = await client('u_ana', ['*'])
  for (const grant_type of ['authorization_code', 'refresh_token', 'password']) {
    t.equal((await tokenAnswer(made, { grant_type })).status, 400, grant_type)
  }
})

t.test(
  'who loses the role at the product loses the tools of instructors, whatever their tokens say',
  async t => {
    const user = product.data.users.get('u_colleague')
    if (user === undefined) throw new Error('no such user')
    user.roles = ['learner']
    t.teardown(() => {
      user.roles = ['instructor']
    })
    // A client of its own, so that no answer of before is remembered for it.
    const { body } = await tokenAnswer(await client('u_colleague', ['*']))
    t.notOk((await visible(url, body.access_token)).includes('create_course_draft'))
    t.equal((await call(url, body.access_token, 'create_course_draft', { brief: 'x' })).status, 403)
  },
)

t.test(
  'a role that an administrator writes into a client is worth nothing: the product says the roles',
  async t => {
    const request = { name: 'Sly', subject: 'u_ana', scopes: ['*'], roles: ['instructor', 'admin'] }
    const { body } = await clients('POST ', request)
    const { access_token: bearer } = (await tokenAnswer(body)).body
    t.equal((await call(url, bearer, 'create_course_draft', { brief: 'x' })).status, 403)
    t.notOk((await visible(url, bearer)).includes('create_course_draft'))
  },
)

t.test('a client of nobody, or of somebody who left, calls nothing', async t => {
  for (const owner of ['u_nobody', '']) {
    const { status, body } = await clients('POST ', { name: 'Ghost', subject: owner, scopes: ['*'] })
    if (status !== 201) continue
    const { access_token: bearer } = (await tokenAnswer(body)).body
    const answer = await call(url, bearer, 'list_courses')
    t.equal(answer.body.result.isError, true)
    t.notMatch(JSON.stringify(answer.body), /Graph theory/)
  }
})

/** Lines `name=value`. */
function variables(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split('\n').map(line => line.split('=', 2)))
}

function parts(jwt: string) {
  const [header = '', claims = ''] = jwt.split('.')
  return [decode(header), decode(claims)] as const
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function holds(value: unknown, text: string): boolean {
  return JSON.stringify(value ?? '').includes(text)
}
