/** Authorization requests: what is refused on a page, what by a redirect, and what is taken. */
import t from 'tap'
import { readAuthorization } from '../../../src/oauth/authorize/read-authorization.ts'
import { makeRequest } from '../make-request.ts'
import { authorizePath, CHALLENGE, CLAUDE, CLIENT, createRooms, ISSUER, RESOURCE } from './rooms.ts'

type More = Readonly<Record<string, string | undefined>>

const rooms = createRooms()

function read(more: More = {}, extra = '', from = rooms) {
  const query = `${authorizePath(more).split('?')[1]}${extra}`
  return readAuthorization(makeRequest({ query }), from)
}

/** The parameters of the redirect that tells the client. */
async function refused(more: More, extra = '', from = rooms): Promise<URLSearchParams> {
  const answer = await read(more, extra, from)
  if (answer.refusal === undefined) throw new Error('it was taken')
  t.ok(answer.location.startsWith(`${CLAUDE}?`))
  return new URL(answer.location).searchParams
}

t.test('a good request is taken', async t => {
  const { request, known } = await read()
  t.match(request, {
    clientId: CLIENT.id,
    redirectUri: CLAUDE,
    state: 'st4te',
    codeChallenge: CHALLENGE,
    scopes: ['read:*', 'write:*'],
    resource: RESOURCE,
  })
  t.equal(request?.prompt.size, 0)
  t.match(known, { client: { id: CLIENT.id }, target: { kind: 'https', shown: 'claude.ai' } })
  t.equal((await read({ state: undefined })).request?.state, undefined)
  t.equal((await read({ response_mode: 'query' })).refusal, undefined)
})

t.test('N25: an unknown client, or none, is told on a page', async t => {
  await t.rejects(read({ client_id: 'cli_2' }), { code: 'oauth_invalid_client' })
  await t.rejects(read({ client_id: undefined }), { code: 'oauth_invalid_request' })
  const machine = createRooms({
    clients: [{ ...CLIENT, grantTypes: new Set(['client_credentials'] as const) }],
  })
  await t.rejects(read({}, '', machine), { code: 'oauth_unauthorized_client' })
})

t.test('N26: a redirect URI that the client has not registered, or none, is told on a page', async t => {
  const uris = [
    'https://evil.example/',
    'https://claude.com/api/mcp/auth_callback',
    `${CLAUDE}/`,
    `${CLAUDE}?x=1`,
  ]
  for (const redirect_uri of uris) {
    await t.rejects(read({ redirect_uri }), { code: 'oauth_invalid_redirect_uri' }, redirect_uri)
  }
  await t.rejects(read({ redirect_uri: undefined }), { code: 'oauth_invalid_request' })
})

t.test('N27, N30: a redirect URI that can be read in two ways, or runs something, is none', async t => {
  for (const redirect_uri of [
    'https://user@claude.ai/api/mcp/auth_callback',
    'https://claude.ai@evil.example/api/mcp/auth_callback',
    `${CLAUDE}#x`,
    'https://claude.ai\\@evil.example/api/mcp/auth_callback',
    'https://claude%2eai/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/../mcp/auth_callback',
    'javascript:alert(1)',
    'data:text/html,x',
  ]) {
    // Even where the client had got one registered.
    const registered = createRooms({ clients: [{ ...CLIENT, redirectUris: [redirect_uri] }] })
    await t.rejects(
      read({ redirect_uri }, '', registered),
      { code: 'oauth_invalid_redirect_uri' },
      redirect_uri,
    )
  }
})

t.test('N28, N29: of loopback the port is free and nothing else', async t => {
  for (const redirect_uri of ['http://localhost:33418/callback', 'http://localhost/callback']) {
    t.equal((await read({ redirect_uri })).request?.redirectUri, redirect_uri)
  }
  for (const redirect_uri of [
    'http://127.0.0.1:33418/callback',
    'http://localhost:33418/other',
    'https://localhost:33418/callback',
    'http://localhost.evil.example:33418/callback',
    'http://192.168.1.1/callback',
  ]) {
    await t.rejects(read({ redirect_uri }), { code: 'oauth_invalid_redirect_uri' }, redirect_uri)
  }
})

t.test('N38: what the client has registered must be allowed here, too', async t => {
  const redirect_uri = 'https://tool.example/callback'
  const clients = [{ ...CLIENT, redirectUris: [redirect_uri] }]
  await t.rejects(read({ redirect_uri }, '', createRooms({ clients })), {
    code: 'oauth_invalid_redirect_uri',
  })
  const allowed = createRooms({ clients, oauth: { redirects: { allow: ['https://tool.example'] } } })
  t.equal((await read({ redirect_uri }, '', allowed)).refusal, undefined)
})

t.test('N34: a parameter that comes twice is told on a page, whichever it is', async t => {
  for (const name of ['client_id', 'redirect_uri', 'state', 'scope', 'resource', 'code_challenge', 'x']) {
    await t.rejects(read({ x: '1', scope: 'read:*' }, `&${name}=1`), { code: 'oauth_invalid_request' }, name)
  }
})

t.test('N31, N32, N33: PKCE with S256 or nothing', async t => {
  for (const more of [
    { code_challenge: undefined },
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge_method: 'plain' },
    { code_challenge_method: 's256' },
    { code_challenge_method: undefined },
    { code_challenge: CHALLENGE.slice(1) },
    { code_challenge: `${CHALLENGE}A` },
    { code_challenge: `${CHALLENGE.slice(1)}=` },
    { code_challenge: `${CHALLENGE.slice(1)}+` },
  ]) {
    const answer = await refused(more)
    t.equal(answer.get('error'), 'invalid_request', JSON.stringify(more))
    t.equal(answer.get('state'), 'st4te')
  }
})

t.test('N35: the resource is one server of this gateway that takes these tokens', async t => {
  for (const resource of [
    'https://evil.example/mcp',
    `${RESOURCE}#x`,
    `${RESOURCE}?x`,
    `${RESOURCE}/../mcp-other`,
    `${ISSUER}/mc%70`,
    `${ISSUER}/`,
    `${ISSUER}/closed`,
    'mcp',
    `${RESOURCE} ${RESOURCE}`,
  ]) {
    t.equal((await refused({ resource })).get('error'), 'invalid_target', resource)
  }
  await t.rejects(read({}, `&resource=${encodeURIComponent(RESOURCE)}`), { code: 'oauth_invalid_request' })
  for (const resource of [`${RESOURCE}/`, 'HTTPS://MCP.acme.EXAMPLE/mcp', `${ISSUER}:443/mcp`, undefined]) {
    t.equal((await read({ resource })).request?.resource, RESOURCE)
  }
  t.equal((await read({ resource: `${ISSUER}/mcp-other` })).request?.resource, `${ISSUER}/mcp-other`)
})

t.test('N36: no other response type, response mode or form of request', async t => {
  for (const response_type of ['token', 'id_token', 'code token', 'none']) {
    t.equal((await refused({ response_type })).get('error'), 'unsupported_response_type', response_type)
  }
  t.equal((await refused({ response_type: undefined })).get('error'), 'invalid_request')
  for (const response_mode of ['fragment', 'form_post', 'jwt']) {
    t.equal((await refused({ response_mode })).get('error'), 'invalid_request', response_mode)
  }
  t.equal((await refused({ request: 'e30.e30.' })).get('error'), 'request_not_supported')
  const request_uri = 'urn:example:1'
  t.equal((await refused({ request_uri })).get('error'), 'request_uri_not_supported')
  t.equal((await refused({ registration: '{}' })).get('error'), 'registration_not_supported')
})

t.test('N37: an error has iss exactly once, a description, and the state as it came', async t => {
  const state = 'a b&iss=https://evil.example&error=x"%00\'='
  const answer = await refused({ response_type: 'token', state })
  t.same([...answer.keys()], ['error', 'error_description', 'state', 'iss'])
  t.equal(answer.get('iss'), ISSUER)
  t.equal(answer.get('state'), state)
  t.match(answer.get('error_description'), /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
})

t.test('a state that can’t be sent back is refused, and is not sent back', async t => {
  t.equal((await read({ state: 's'.repeat(2_048) })).refusal, undefined)
  for (const state of ['s'.repeat(2_049), 'a\nb', 'ü']) {
    const answer = await refused({ state })
    t.equal(answer.get('error'), 'invalid_request')
    t.notOk(answer.has('state'))
  }
})

t.test(
  'scopes: what is offered or lies within it; what clients ask for by habit counts for nothing',
  async t => {
    const scopes = async (scope: string | undefined) => (await read({ scope })).request?.scopes
    t.same(await scopes(undefined), ['read:*', 'write:*'])
    t.same(await scopes(''), ['read:*', 'write:*'])
    t.same(await scopes('openid offline_access'), ['read:*', 'write:*'])
    t.same(await scopes('openid  read:* read:* offline_access'), ['read:*'])
    t.same(await scopes('write:invoices read:contacts'), ['write:invoices', 'read:contacts'])
    t.same(await scopes('read:* nonsense'), ['read:*'], 'the token’s answer says what was given')
    t.same(await scopes('list_invoices'), ['list_invoices'], 'a tool’s own name')
    for (const scope of ['nonsense', 'manage:*', '*', 'read:nothing']) {
      t.equal((await refused({ scope })).get('error'), 'invalid_scope', scope)
    }
    const many = Array.from({ length: 65 }, (_, index) => `read:a${index}`).join(' ')
    t.equal((await refused({ scope: many })).get('error'), 'invalid_scope')
  },
)

t.test('scopes that are declared, and those of clients that ask for none', async t => {
  const declared = createRooms({
    config: { scopes: { 'acme:read': { allow: ['read:*'] }, 'acme:all': { allow: ['*'] } } },
    oauth: { defaultScopes: ['acme:read'] },
  })
  t.same((await read({}, '', declared)).request?.scopes, ['acme:read'])
  t.same((await read({ scope: 'acme:all' }, '', declared)).request?.scopes, ['acme:all'])
})

t.test('prompt', async t => {
  t.same([...((await read({ prompt: 'login consent' })).request?.prompt ?? [])], ['login', 'consent'])
  for (const prompt of ['none login', 'create', 'LOGIN']) {
    t.equal((await refused({ prompt })).get('error'), 'invalid_request', prompt)
  }
})

t.test('errors reach a private scheme, and keep a query', async t => {
  const app = 'cursor://anysphere.cursor-mcp/oauth/callback'
  const answer = await read({ redirect_uri: app, response_type: 'token' })
  t.ok(answer.refusal !== undefined && answer.location.startsWith(`${app}?error=unsupported_response_type&`))
  const withQuery = 'https://tool.example/callback?tenant=a%20b'
  const other = createRooms({
    clients: [{ ...CLIENT, redirectUris: [withQuery] }],
    oauth: { redirects: { allow: ['https://tool.example'] } },
  })
  const second = await read({ redirect_uri: withQuery, response_type: 'token' }, '', other)
  t.ok(second.refusal !== undefined && second.location.startsWith(`${withQuery}&error=`))
})
