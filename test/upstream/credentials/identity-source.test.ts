import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import t from 'tap'
import type { Authenticated } from '../../../src/auth/principal.ts'
import { createIdentitySource } from '../../../src/upstream/credentials/identity-source.ts'
import { createSigningKeys } from '../../../src/upstream/credentials/signing-keys.ts'
import { createCaller, createClock, createPem } from './fixtures.ts'

function setUp(header = 'Authorization') {
  const keys = createSigningKeys({ keys: [{ value: createPem() }] })
  const clock = createClock()
  let signatures = 0
  const counted = {
    ...keys,
    sign: (claims: Parameters<typeof keys.sign>[0]) => {
      signatures += 1
      return keys.sign(claims)
    },
  }
  const source = createIdentitySource({
    keys: counted,
    issuer: 'https://mcp.acme.example',
    audience: 'https://api.acme.example',
    header,
    now: clock.now,
  })
  return {
    keys,
    clock,
    source,
    signatures: () => signatures,
    async token(caller: Authenticated): Promise<string> {
      const credentials = await source(caller, undefined)
      return credentials?.headers.authorization?.replace('Bearer ', '') ?? ''
    },
  }
}

t.test('the token says who is calling, to one backend, for a minute', async t => {
  const { keys, clock, token } = setUp()
  const jwt = await token(createCaller('jwt'))
  const { payload } = await jwtVerify(jwt, createLocalJWKSet(keys.published), {
    issuer: 'https://mcp.acme.example',
    audience: 'https://api.acme.example',
    currentDate: new Date(clock.at),
  })
  const { jti, ...claims } = payload
  t.match(jti, /^[0-9a-f-]{36}$/)
  t.strictSame(claims, {
    iss: 'https://mcp.acme.example',
    aud: 'https://api.acme.example',
    sub: 'ada',
    org: 'org-1',
    roles: ['accountant'],
    scope: 'read:invoices write:contacts',
    scheme: 'jwt',
    iat: clock.at / 1_000,
    exp: clock.at / 1_000 + 60,
  })
  t.notOk('org' in decodeJwt(await token(createCaller('token', { organization: undefined }))))
})

t.test('it is the gateway’s credential: Bearer in Authorization, alone in another header', async t => {
  const caller = createCaller('token')
  t.match(await setUp().source(caller, undefined), {
    headers: { authorization: /^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]{86}$/ },
    from: 'gateway',
  })
  const other = await setUp('X-Acme-Identity').source(caller, undefined)
  t.strictSame(Object.keys(other?.headers ?? {}), ['x-acme-identity'])
  t.match(other?.headers['x-acme-identity'], /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
})

t.test('one signature for the calls of half a minute, synchronously after the first', async t => {
  const { source, clock, signatures } = setUp()
  const caller = createCaller('token')
  const [first, again] = await Promise.all([source(caller, undefined), source(caller, undefined)])
  t.equal(first, again, 'calls at the same time share it')
  clock.at += 29_999
  t.equal(source(caller, undefined), first)
  t.equal(signatures(), 1)
  clock.at += 1
  t.not(await source(caller, undefined), first, 'half of its life is over')
  t.equal(signatures(), 2)
  clock.at -= 60_000
  t.type(source(caller, undefined), Promise, 'a clock that was set back makes nothing young')
})

t.test('nobody gets a token of somebody else', async t => {
  const { token } = setUp()
  const callers = ['ada', 'bob'].map(subject => createCaller('token', { subject }))
  const tokens = await Promise.all([...callers, ...callers].map(token))
  t.strictSame(
    tokens.map(jwt => decodeJwt(jwt).sub),
    ['ada', 'bob', 'ada', 'bob'],
  )
  const promoted = createCaller('token', { roles: ['boss'] })
  t.strictSame(decodeJwt(await token(promoted)).roles, ['boss'], 'nor of who they were before')
})

t.test('it ends with the caller’s own credential', async t => {
  const { token, clock, source } = setUp()
  const caller = createCaller('jwt', { expiresAt: clock.at + 10_000 })
  t.equal(decodeJwt(await token(caller)).exp, clock.at / 1_000 + 10)
  clock.at += 5_000
  t.type(source(caller, undefined), Promise, 'and is used for half of that')
})
