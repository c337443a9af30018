import t from 'tap'
import { hashToken } from '../../../src/auth/hash-token.ts'
import { openGiven } from '../../../src/auth/open-given.ts'
import {
  ADA_BY_PRODUCT,
  approve,
  CALLBACK,
  CLIENT,
  connect,
  createRooms,
  MINUTE,
  post,
  RESOURCE,
  redemption,
  refreshing,
} from './rooms.ts'

t.test('a code gives an access token and a refresh token', async t => {
  const rooms = createRooms()
  const { code, grant } = await approve(rooms)
  t.match(code, /^acme_oac_[\w-]{32}$/)
  const { status, body } = await post(rooms.token, redemption(code))
  t.equal(status, 200)
  t.match(body, {
    access_token: /^acme_oat_[\w-]{32}$/,
    refresh_token: /^acme_ort_[\w-]{32}$/,
    token_type: 'Bearer',
    expires_in: 3_600,
    scope: 'read:* write:*',
  })
  const principal = await rooms.principalOf(body.access_token)
  t.match(principal, {
    subject: 'ada',
    organization: 'org-1',
    roles: ['accountant'],
    scopes: ['read:*', 'write:*'],
    client: CLIENT.id,
    restsOn: [grant.id],
    audience: [RESOURCE],
    credentialId: /^oat_/,
    expiresAt: rooms.clock.now + 60 * MINUTE,
  })
  t.notOk(
    String(body.access_token).includes(String(principal?.credentialId).slice(4)),
    'the id tells nothing',
  )
  const record = await rooms.store.getToken(principal?.credentialId ?? '')
  t.equal(record?.name, CLIENT.name)
  t.match(rooms.events, [
    {
      type: 'token_issued',
      client: CLIENT.id,
      subject: 'ada',
      organization: 'org-1',
      grant: grant.id,
      scopes: ['read:*', 'write:*'],
      from: '192.0.2.1',
    },
  ])
  t.equal((await rooms.grants.find(grant.id))?.usedAt, rooms.clock.now)
})

t.test(
  'a client that does not refresh gets no refresh token, and its grant ends with the access token',
  async t => {
    const client = { ...CLIENT, grantTypes: new Set(['authorization_code'] as const) }
    const rooms = createRooms({ clients: [client] })
    const { code, grant } = await approve(rooms, { client })
    const { body } = await post(rooms.token, redemption(code))
    t.equal(body.refresh_token, undefined)
    rooms.clock.now += 59 * MINUTE
    t.ok(await rooms.grants.find(grant.id))
    rooms.clock.now += 7 * MINUTE
    t.equal(await rooms.grants.find(grant.id), undefined)
  },
)

t.test('a code lives for 60 s', async t => {
  const rooms = createRooms()
  const [early, late] = [await approve(rooms), await approve(rooms)]
  rooms.clock.now += 59_999
  t.equal((await post(rooms.token, redemption(early.code))).status, 200)
  rooms.clock.now += 1
  t.match(await post(rooms.token, redemption(late.code)), { status: 400, error: 'invalid_grant' })
  t.match(rooms.events.at(-1), { type: 'token_refused', code: 'oauth_invalid_grant', client: CLIENT.id })
})

t.test('what is wrong with a request does not spend the code', async t => {
  const wrong = {
    'another client': { client_id: 'cli_2' },
    'another redirect': { redirect_uri: 'http://127.0.0.1:4711/callback2' },
    'another port': { redirect_uri: 'http://127.0.0.1:4712/callback' },
    'the same redirect spelt otherwise': { redirect_uri: 'HTTP://127.0.0.1:4711/callback' },
    'a wrong verifier': { code_verifier: 'w'.repeat(43) },
    'a short verifier': { code_verifier: 'v'.repeat(42) },
    'a long verifier': { code_verifier: 'v'.repeat(129) },
    'a verifier of other characters': { code_verifier: `${'v'.repeat(42)}+` },
  }
  const rooms = createRooms()
  const { code } = await approve(rooms)
  for (const [what, more] of Object.entries(wrong)) {
    t.match(await post(rooms.token, redemption(code, more)), { status: 400, error: 'invalid_grant' }, what)
  }
  const missing = await post(rooms.token, redemption(code, { code_verifier: undefined }))
  t.match(missing, { status: 400, error: 'invalid_request' }, 'no verifier')
  for (const resource of [`${RESOURCE}-other`, 'https://evil.example/mcp', 'x']) {
    t.match(await post(rooms.token, redemption(code, { resource })), { error: 'invalid_target' }, resource)
  }
  t.equal((await post(rooms.token, redemption(code, { resource: `${RESOURCE}/` }))).status, 200)
  t.equal(rooms.events.filter(({ type }) => type === 'reuse_detected').length, 0)
})

t.test('redirect_uri may be left out, as in OAuth 2.1: the verifier is what binds', async t => {
  const rooms = createRooms()
  const { code } = await approve(rooms)
  t.equal((await post(rooms.token, redemption(code, { redirect_uri: undefined }))).status, 200)
})

t.test('a second use ends the whole connection', async t => {
  const rooms = createRooms()
  const { code, grant, access, refresh } = await connect(rooms)
  const renewed = await post(rooms.token, refreshing(refresh))
  t.match(await post(rooms.token, redemption(code)), { status: 400, error: 'invalid_grant' })
  t.match(
    rooms.events.find(({ type }) => type === 'reuse_detected'),
    { client: CLIENT.id, subject: 'ada', grant },
  )
  t.equal(await rooms.principalOf(access), undefined)
  t.equal(await rooms.principalOf(renewed.body.access_token), undefined)
  t.match(await post(rooms.token, refreshing(renewed.body.refresh_token)), { error: 'invalid_grant' })
  t.equal(await rooms.grants.find(grant), undefined)
})

t.test('a second use is noticed minutes later, but not without the verifier', async t => {
  const rooms = createRooms()
  const { code, access } = await connect(rooms)
  rooms.clock.now += 9 * MINUTE
  for (const more of [
    { code_verifier: 'w'.repeat(43) },
    { client_id: 'cli_2' },
    { redirect_uri: `${CALLBACK}/` },
  ]) {
    t.match(await post(rooms.token, redemption(code, more)), { error: 'invalid_grant' })
  }
  t.ok(await rooms.principalOf(access), 'who has read the code alone can’t end the connection')
  await post(rooms.token, redemption(code))
  t.equal(await rooms.principalOf(access), undefined)
})

t.test('of 50 at once, exactly one succeeds', async t => {
  const rooms = createRooms()
  const { code } = await approve(rooms)
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(rooms.token, redemption(code))))
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal(answers.filter(({ error }) => error === 'invalid_grant').length, 49)
  const winner = answers.find(({ status }) => status === 200)
  t.equal(await rooms.principalOf(winner?.body.access_token), undefined, 'and the connection is ended for it')
})

t.test('the product’s credential goes along, for the holder of each token alone', async t => {
  const rooms = createRooms()
  const { code, grant } = await approve(rooms, { person: ADA_BY_PRODUCT })
  t.equal(grant.credential, 'crd_ada')
  const { body } = await post(rooms.token, redemption(code))
  const token = String(body.access_token)
  const record = await rooms.store.findToken(hashToken(token))
  const sealed = record?.oauth?.sealed ?? ''
  t.same(openGiven(token, { tokenId: record?.id ?? '', sealed })(), { authorization: 'Bearer tally_ada' })
  t.throws(openGiven(`${token}x`, { tokenId: record?.id ?? '', sealed }), {
    code: 'sealed_credential_unreadable',
  })
  for (const kind of ['grant', 'code', 'refresh', 'given']) {
    for (const { key, value } of await rooms.store.pageRecords({ kind, limit: 100 })) {
      t.notOk(/tally_ada/.test(value), `${kind} tells nothing`)
      t.notOk([code, token, body.refresh_token].some(secret => (key + value).includes(String(secret))))
    }
  }
  const [used] = await rooms.store.pageRecords({ kind: 'code', limit: 2 })
  t.notMatch(used?.value, /sealed/, 'a used code opens nothing any more')
})

t.test('what no token could have is said when it is approved', async t => {
  const rooms = createRooms()
  await t.rejects(approve(rooms, { person: { ...ADA_BY_PRODUCT, subject: 'a\u202eda' } }), {
    code: 'invalid_params',
  })
})
