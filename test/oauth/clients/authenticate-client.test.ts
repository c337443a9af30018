/** How clients prove who they are at the token endpoint (N62, N63), with secrets and with keys. */
import { createHook } from 'node:async_hooks'
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { SignJWT, UnsecuredJWT } from 'jose'
import t, { type Test } from 'tap'
import { createClientSecrets } from '../../../src/oauth/clients/client-secret.ts'
import { createMachine } from '../../../src/oauth/clients/machines.ts'
import { basic, codeOf, ISSUER, json, setUp, startDocumentServer } from './fixtures.ts'

const SECRET = 'p:ss wörd+%/secret'
const CLIENTS = [
  { id: 'public', name: 'Public', redirectUris: ['http://localhost/cb'] },
  {
    id: 'con fid:ential'.replaceAll(' ', '_'),
    name: 'Confidential',
    redirectUris: ['http://localhost/cb'],
    secret: SECRET,
  },
]
const CONFIDENTIAL = 'con_fid:ential'

t.test('nothing, for a client that has nothing', async t => {
  const { authenticate } = setUp({ oauth: { clients: CLIENTS } })
  t.match(await authenticate({ client_id: 'public' }), { id: 'public' })
  t.match(
    await authenticate({}, basic('public', '')),
    { id: 'public' },
    'some libraries send the header all the same',
  )
  t.match(
    await authenticate({ client_id: 'public', client_secret: '' }),
    { id: 'public' },
    'an empty parameter is none',
  )
})

t.test('a secret, in the header or in the form', async t => {
  const { authenticate, register } = setUp({ oauth: { clients: CLIENTS } })
  t.match(await authenticate({}, basic(CONFIDENTIAL, SECRET)), { id: CONFIDENTIAL })
  t.match(await authenticate({ client_id: CONFIDENTIAL }, basic(CONFIDENTIAL, SECRET)), { id: CONFIDENTIAL })
  t.match(await authenticate({ client_id: CONFIDENTIAL, client_secret: SECRET }), { id: CONFIDENTIAL })
  const registered = await register({
    redirect_uris: ['http://localhost/cb'],
    token_endpoint_auth_method: 'client_secret_basic',
  })
  const [id, secret] = [String(registered.client_id), String(registered.client_secret)]
  t.match(await authenticate({}, basic(id, secret)), { id })
  t.match(await authenticate({ client_id: id, client_secret: secret }), { id }, 'the two are one')
})

t.test('refused', async t => {
  const { authenticate } = setUp({ oauth: { clients: CLIENTS } })
  const invalid: readonly (readonly [string, Parameters<typeof authenticate>])[] = [
    ['nobody', [{}]],
    ['unknown client', [{ client_id: 'unknown' }]],
    ['unknown client with a secret', [{ client_id: 'unknown', client_secret: SECRET }]],
    ['without its secret', [{ client_id: CONFIDENTIAL }]],
    ['without its secret, in the header', [{}, basic(CONFIDENTIAL, '')]],
    ['wrong secret', [{ client_id: CONFIDENTIAL, client_secret: `${SECRET}x` }]],
    ['part of the secret', [{ client_id: CONFIDENTIAL, client_secret: SECRET.slice(0, -1) }]],
    ['a secret where there is none', [{ client_id: 'public', client_secret: SECRET }]],
    ['a secret where there is none, in the header', [{}, basic('public', SECRET)]],
    ['a header of another scheme', [{ client_id: 'public' }, { authorization: 'Bearer x' }]],
    ['a header that is not base64', [{}, { authorization: 'Basic *' }]],
    [
      'a header without a colon',
      [{}, { authorization: `Basic ${Buffer.from('public').toString('base64')}` }],
    ],
    [
      'a header with broken encoding',
      [{}, { authorization: `Basic ${Buffer.from('public:%zz').toString('base64')}` }],
    ],
    ['a header without a name', [{}, basic('', SECRET)]],
  ]
  for (const [what, args] of invalid)
    t.equal(await codeOf(authenticate(...args)), 'oauth_invalid_client', what)
  const broken: readonly (readonly [string, Parameters<typeof authenticate>])[] = [
    ['two secrets', [{ client_id: CONFIDENTIAL, client_secret: SECRET }, basic(CONFIDENTIAL, SECRET)]],
    ['secret and assertion', [{ client_id: CONFIDENTIAL, client_secret: SECRET, client_assertion: 'a.b.c' }]],
    ['two names', [{ client_id: 'public' }, basic(CONFIDENTIAL, SECRET)]],
    ['assertion without its type', [{ client_assertion: 'a.b.c' }]],
    [
      'assertion of another type',
      [
        {
          client_assertion: 'a.b.c',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
        },
      ],
    ],
    [
      'a type without assertion',
      [
        {
          client_id: 'public',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        },
      ],
    ],
  ]
  for (const [what, args] of broken)
    t.equal(await codeOf(authenticate(...args)), 'oauth_invalid_request', what)
})

t.test('who tried Basic is told so, also where the client is not known', async t => {
  const { authenticate } = setUp({ oauth: { clients: CLIENTS } })
  for (const headers of [basic(CONFIDENTIAL, 'wrong'), basic('unknown', 'x'), { authorization: 'Basic *' }]) {
    const error = await authenticate({}, headers).catch(reason => reason)
    t.match(error, { status: 401, headers: { 'WWW-Authenticate': /^Basic / } })
    t.notMatch(error.message, /wrong secret|unknown'/)
  }
  const posted = await authenticate({ client_id: CONFIDENTIAL, client_secret: 'wrong' }).catch(
    reason => reason,
  )
  t.match(posted, { status: 401, headers: undefined })
})

t.test('wrong secrets: after some, there is a pause, and no more hashes', async t => {
  const { authenticate, clock } = setUp({
    oauth: { clients: CLIENTS },
    config: { failedSignIns: { perAddress: '4/min' } },
  })
  const guess = (index: number, from: string) =>
    codeOf(authenticate({ client_id: CONFIDENTIAL, client_secret: `guess ${index}` }, {}, from))
  t.match(await authenticate({ client_id: CONFIDENTIAL, client_secret: SECRET }, {}, '192.0.2.9'), {
    id: CONFIDENTIAL,
  })
  const outcomes: unknown[] = []
  for (let i = 0; i < 8; i++) outcomes.push(await guess(i, '192.0.2.9'))
  t.strictSame(outcomes.slice(0, 4), Array(4).fill('oauth_invalid_client'))
  t.strictSame(outcomes.slice(5), Array(3).fill('too_many_attempts'))
  t.match(
    await authenticate({ client_id: CONFIDENTIAL, client_secret: SECRET }, {}, '192.0.2.9'),
    { id: CONFIDENTIAL },
    'what was right from there goes on',
  )
  t.match(
    await authenticate({ client_id: 'public' }, {}, '192.0.2.9'),
    { id: 'public' },
    'and so do those that have no secret',
  )
  const hashes = countHashes(t)
  t.equal(await guess(100, '192.0.2.10'), 'oauth_invalid_client', 'and other addresses')
  t.equal(hashes(), 1)
  for (let i = 0; i < 50; i++) t.equal(await guess(200 + i, '192.0.2.9'), 'too_many_attempts')
  t.equal(hashes(), 1, 'fifty more cost no hash')
  clock.now += 3_600_000
  t.not(await guess(300, '192.0.2.9'), 'none')
})

/** Tells how many password hashes Node has begun from now on. */
function countHashes(t: Test): () => number {
  let count = 0
  const hook = createHook({
    init(_id, type) {
      if (type.startsWith('ARGON2')) count += 1
    },
  }).enable()
  t.teardown(() => hook.disable())
  return () => count
}

t.test('a machine with an old secret in a loop locks nobody out', async t => {
  const { authenticate } = setUp({
    oauth: { clients: CLIENTS },
    config: { failedSignIns: { perAddress: '3/min' } },
  })
  for (let i = 0; i < 8; i++)
    t.equal(
      await codeOf(authenticate({ client_id: CONFIDENTIAL, client_secret: 'the old one' })),
      'oauth_invalid_client',
    )
  t.match(await authenticate({ client_id: CONFIDENTIAL, client_secret: SECRET }), { id: CONFIDENTIAL })
})

interface Signed {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
  readonly alg?: string
}

async function withKeys() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const world = setUp({ oauth: { clients: CLIENTS } })
  const { store, clock } = world
  const keys = { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1' }] }
  const { machine } = await createMachine(
    { name: 'Batch', scopes: ['read:*'], keys },
    { store, secrets: createClientSecrets(), prefix: '', now: clock.now },
  )
  const seconds = () => Math.floor(clock.now / 1_000)
  const sign = ({ claims, header, key = pair.privateKey, alg = 'ES256' }: Signed = {}) =>
    new SignJWT({
      iss: machine.id,
      sub: machine.id,
      aud: ISSUER,
      jti: randomUUID(),
      exp: seconds() + 60,
      iat: seconds(),
      ...claims,
    })
      .setProtectedHeader({ alg, kid: 'k1', ...header })
      .sign(key)
  const present = (assertion: string, more: object = {}) =>
    world.authenticate({
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      ...more,
    })
  return { ...world, pair, machine, sign, present, seconds }
}

t.test('an assertion that is signed with the client’s key', async t => {
  const { sign, present, machine } = await withKeys()
  t.match(await present(await sign()), { id: machine.id, origin: 'machine' })
  t.match(await present(await sign(), { client_id: machine.id }), { id: machine.id })
  for (const aud of [[ISSUER], `${ISSUER}/oauth/token`, `${ISSUER}/token`])
    t.ok(await present(await sign({ claims: { aud } })), String(aud))
  t.ok(await present(await sign({ header: { typ: 'client-authentication+jwt' } })))
  t.ok(await present(await sign({ header: { kid: undefined } })))
})

t.test('an assertion is used once, also when it is sent fifty times at once', async t => {
  const { sign, present } = await withKeys()
  const assertion = await sign()
  const ended = await Promise.allSettled(Array.from({ length: 50 }, () => present(assertion)))
  t.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1)
  t.equal(await codeOf(present(assertion)), 'oauth_invalid_client')
})

t.test('an assertion that fails otherwise does not use up its jti', async t => {
  const { sign, present } = await withKeys()
  const jti = randomUUID()
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  t.equal(await codeOf(present(await sign({ claims: { jti }, key: other }))), 'oauth_invalid_client')
  t.equal(
    await codeOf(present(await sign({ claims: { jti, aud: 'https://evil.example' } }))),
    'oauth_invalid_client',
  )
  t.ok(await present(await sign({ claims: { jti } })))
})

t.test('assertions that are refused', async t => {
  const { sign, present, seconds, machine, pair, find } = await withKeys()
  const now = seconds()
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' })
  const hmac = new SignJWT({ iss: machine.id, sub: machine.id, aud: ISSUER, jti: 'x', exp: now + 60 })
  const [head = '', body = '', signature = ''] = (await sign()).split('.')
  const bad: Readonly<Record<string, string>> = {
    'of another key': await sign({ key: other }),
    'of another kind of key': await sign({ key: rsa, alg: 'RS256' }),
    'with the public key as a secret': await hmac
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(Buffer.from(pem)),
    unsigned: new UnsecuredJWT({
      iss: machine.id,
      sub: machine.id,
      aud: ISSUER,
      jti: 'x',
      exp: now + 60,
    }).encode(),
    'another iss': await sign({ claims: { iss: 'https://evil.example' } }),
    'another sub': await sign({ claims: { sub: 'public' } }),
    'of a client without keys': await sign({ claims: { iss: 'public', sub: 'public' } }),
    'of a client that is not known': await sign({ claims: { iss: 'unknown', sub: 'unknown' } }),
    'for another server': await sign({ claims: { aud: 'https://other.example' } }),
    'for this and another server': await sign({ claims: { aud: [ISSUER, 'https://other.example'] } }),
    'for this server, nearly': await sign({ claims: { aud: `${ISSUER}/` } }),
    'for nobody': await sign({ claims: { aud: [] } }),
    'without aud': await sign({ claims: { aud: undefined } }),
    expired: await sign({ claims: { exp: now - 31 } }),
    'too long a life': await sign({ claims: { exp: now + 400 } }),
    'without exp': await sign({ claims: { exp: undefined } }),
    'exp that is no time': await sign({ claims: { exp: 'never' } }),
    'not valid yet': await sign({ claims: { nbf: now + 60 } }),
    'issued in the future': await sign({ claims: { iat: now + 60 } }),
    'without jti': await sign({ claims: { jti: undefined } }),
    'jti that is no text': await sign({ claims: { jti: 7 } }),
    'an access token': await sign({ header: { typ: 'at+jwt' } }),
    'with critical extensions': `${Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })).toString('base64url')}.${body}.${signature}`,
    'unknown kid': await sign({ header: { kid: 'k2' } }),
    cut: `${head}.${body}.`,
    changed: `${head}.${Buffer.from(Buffer.from(body, 'base64url').toString().replace('"iat"', '"iau"')).toString('base64url')}.${signature}`,
    'no JWT': 'x',
    'too long': `${head}.${body}.${'A'.repeat(9_000)}`,
  }
  t.ok(await find(machine.id))
  for (const [what, assertion] of Object.entries(bad))
    t.equal(await codeOf(present(assertion)), 'oauth_invalid_client', what)
  t.equal(
    await codeOf(present(await sign(), { client_id: 'public' })),
    'oauth_invalid_client',
    'client_id of another',
  )
})

t.test(
  'keys at a jwks_uri: fetched behind the same guard, and asked for anew for a key that is not known',
  async t => {
    const { server, world, present, rotate } = await withPublishedKeys(t)
    await present()
    await present()
    t.equal(server.requests.length, 2, 'the document and the keys, once each')
    rotate()
    t.equal(await codeOf(present()), 'oauth_invalid_client', 'asked not more than once a minute')
    world.clock.now += 60_000
    await present()
    t.equal(server.requests.length, 3)
  },
)

async function withPublishedKeys(t: Test) {
  const id = 'https://tool.example/client.json'
  const server = await startDocumentServer(t, ['tool.example', 'keys.example'])
  let kid = 0
  let pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  server.answer = (request, response) => {
    const keys = { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: `k${kid}` }] }
    const document = {
      client_id: id,
      client_name: 'Tool',
      redirect_uris: ['http://localhost/cb'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://keys.example/jwks',
    }
    json(request.url === '/jwks' ? keys : document)(request, response)
  }
  const world = setUp({ documents: server.documents })
  const present = async () => {
    const exp = Math.floor(world.clock.now / 1_000) + 60
    const assertion = await new SignJWT({ iss: id, sub: id, aud: ISSUER, jti: randomUUID(), exp })
      .setProtectedHeader({ alg: 'ES256', kid: `k${kid}` })
      .sign(pair.privateKey)
    return world.authenticate({
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
  }
  const rotate = () => {
    kid++
    pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  }
  return { server, world, present, rotate }
}
