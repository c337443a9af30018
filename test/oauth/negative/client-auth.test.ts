/** Clients that are not who they say, or prove it in another way than theirs: N61 to N63. */
import type { CryptoKey } from 'jose'
import t from 'tap'
import {
  CLAUDE_CALLBACK,
  type CodeHolder,
  connect,
  obtainCode,
  PUBLIC_URL,
  postForm,
  register,
  STORES,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { basic, rawBasic } from './basic.ts'
import { type ProofChange, registerKeyClient } from './key-client.ts'
import { refused } from './refused.ts'
import { type Changes, pairOf, postText, redeem, refresh, statusOf } from './token-requests.ts'

t.setTimeout(120_000)

/** Everything in it is another thing when it is not form-encoded. */
const SECRET = 'sé+cret %41:ü&=ß'
const CLIENTS = [
  { id: 'al:ice', name: 'Alice', redirectUris: [CLAUDE_CALLBACK], secret: SECRET },
  { id: 'bob', name: 'Bob', redirectUris: [CLAUDE_CALLBACK], secret: 'bob-has-a-secret' },
]
const ALICE = 'al:ice'

for (const store of STORES) {
  t.test(store, { skip: withoutStore(store) }, async t => {
    const gateway = await startGateway(t, {
      store,
      nodes: 2,
      oauth: { clients: CLIENTS },
      // Here many secrets are wrong on purpose; that guessers are made to pause is shown elsewhere.
      config: { failedSignIns: false },
    })
    const { node, clock } = gateway
    const [, second = node] = gateway.nodes

    t.test('N61: another client’s revocation is answered alike, and revokes nothing', async t => {
      const connected = await connect(gateway)
      const holder = await obtainCode(gateway, { clientId: connected.clientId })
      const stranger = await register(node)
      const proofs: readonly (readonly [Changes, Readonly<Record<string, string>>])[] = [
        [{ client_id: stranger }, {}],
        [{ client_id: 'bob', client_secret: 'bob-has-a-secret' }, {}],
        [{}, basic('bob', 'bob-has-a-secret')],
      ]
      for (const token of [connected.refreshToken, connected.accessToken, connected.code, holder.code]) {
        for (const token_type_hint of [undefined, 'refresh_token', 'access_token', 'gra', '__proto__']) {
          for (const [form, headers] of proofs) {
            const { status, body } = await postForm(
              node,
              '/oauth/revoke',
              { token, token_type_hint, ...form },
              headers,
            )
            t.strictSame([status, body], [200, {}])
          }
        }
      }
      const { clientId: client_id, refreshToken: token } = connected
      const own = { client_id, token }
      refused(t, await postForm(node, '/oauth/revoke', { token }), 'nobody', 'invalid_client')
      refused(
        t,
        await postForm(node, '/oauth/revoke', own, basic('bob', 'bob-has-a-secret')),
        'two',
        'invalid_request',
      )
      const twice = `client_id=${stranger}&client_id=${client_id}&token=${token}`
      refused(t, await postText(node, '/oauth/revoke', twice), 'twice', 'invalid_request')
      for (const near of [
        `${token} `,
        ` ${token}`,
        token.toUpperCase(),
        `${token}\0`,
        `refresh:${token}`,
        token.slice(0, -1),
      ]) {
        t.equal((await postForm(node, '/oauth/revoke', { ...own, token: near })).status, 200)
      }
      t.equal(await statusOf(second, connected.accessToken), 200)
      const next = pairOf(await refresh(node, connected))
      t.equal(await statusOf(second, next.accessToken), 200)
      t.equal((await redeem(node, holder)).status, 200)

      t.equal((await postForm(node, '/oauth/revoke', { client_id, token: next.accessToken })).status, 200)
      t.equal(await statusOf(second, next.accessToken), 401, 'its own access token ends')
      t.equal(await statusOf(second, connected.accessToken), 200, 'alone')
      t.equal((await postForm(node, '/oauth/revoke', own)).status, 200)
      t.equal(await statusOf(second, connected.accessToken), 401, 'its own refresh token ends all')
    })

    t.test('N61: a client with a secret can’t be played by one without', async t => {
      const holder = await obtainCode(gateway, { clientId: ALICE })
      const good = basic(ALICE, SECRET)
      const { accessToken, refreshToken } = pairOf(await redeem(node, holder, { client_id: undefined }, good))
      for (const token of [accessToken, refreshToken]) {
        for (const more of [
          {},
          { client_secret: '' },
          { client_secret: 'guess' },
          { client_secret: `${SECRET} ` },
        ]) {
          const answer = await postForm(node, '/oauth/revoke', { token, client_id: ALICE, ...more })
          refused(t, answer, JSON.stringify(more), 'invalid_client')
        }
      }
      t.equal(await statusOf(node, accessToken), 200)
      t.equal((await postForm(node, '/oauth/revoke', { token: refreshToken }, good)).status, 200)
      t.equal(await statusOf(second, accessToken), 401)
    })

    t.test('N62: a client with a secret proves itself with that alone, once', async t => {
      const holder = await obtainCode(gateway, { clientId: ALICE })
      const none = { client_id: undefined }
      const byHeader: readonly (readonly [string, Changes, Readonly<Record<string, string>>, string])[] = [
        ['nothing', {}, {}, 'invalid_client'],
        ['an empty secret', { client_secret: '' }, {}, 'invalid_client'],
        ['an empty one in the header', none, basic(ALICE, ''), 'invalid_client'],
        ['another’s', { client_secret: 'bob-has-a-secret' }, {}, 'invalid_client'],
        ['a space more', { client_secret: `${SECRET} ` }, {}, 'invalid_client'],
        ['a NUL more', { client_secret: `${SECRET}\0` }, {}, 'invalid_client'],
        ['in capitals', { client_secret: SECRET.toUpperCase() }, {}, 'invalid_client'],
        ['in another normal form', { client_secret: SECRET.normalize('NFD') }, {}, 'invalid_client'],
        ['much', { client_secret: 'x'.repeat(50_000) }, {}, 'invalid_client'],
        ['both ways', { client_secret: SECRET }, basic(ALICE, SECRET), 'invalid_request'],
        ['both ways, one wrong', { client_secret: SECRET }, basic(ALICE, 'x'), 'invalid_request'],
        [
          'both ways, two clients',
          { client_secret: SECRET },
          basic('bob', 'bob-has-a-secret'),
          'invalid_request',
        ],
        ['another client in the form', { client_id: 'bob' }, basic(ALICE, SECRET), 'invalid_request'],
        ['as it is', none, rawBasic(`${ALICE}:${SECRET}`), 'invalid_client'],
        ['its id as it is', none, rawBasic(`${ALICE}:${encodeURIComponent(SECRET)}`), 'invalid_client'],
        ['twice encoded', none, basic(ALICE, encodeURIComponent(SECRET)), 'invalid_client'],
        ['in Latin-1', none, rawBasic(`al%3Aice:${SECRET}`, 'latin1'), 'invalid_client'],
        ['no encoding at all', none, rawBasic('al%3Aice:%zz'), 'invalid_client'],
        ['half a character', none, rawBasic('al%3Aice:s%C3'), 'invalid_client'],
        ['no colon', none, rawBasic('al%3Aice'), 'invalid_client'],
        ['no id', none, rawBasic(`:${encodeURIComponent(SECRET)}`), 'invalid_client'],
        ['id and secret changed over', none, basic(SECRET, ALICE), 'invalid_client'],
        [
          'no base64',
          none,
          { authorization: `Basic ${ALICE}:${SECRET.replace(/[^\x20-\x7e]/g, '')}` },
          'invalid_client',
        ],
        [
          'two of them',
          none,
          { authorization: `${basic(ALICE, SECRET).authorization}, Basic eDp5` },
          'invalid_client',
        ],
        ['Bearer', {}, { authorization: `Bearer ${SECRET.replace(/[^\x21-\x7e]/g, '')}` }, 'invalid_client'],
        ['a header without a value', {}, { authorization: '' }, 'invalid_client'],
      ]
      for (const [name, form, headers, error] of byHeader) {
        const answer = await redeem(node, holder, form, headers)
        refused(t, answer, name, error)
        const isBasic = headers.authorization?.startsWith('Basic ') === true && error === 'invalid_client'
        if (isBasic && name !== 'an empty one in the header')
          t.match(answer.headers.get('www-authenticate'), /^Basic realm=/, `${name}: answered in kind`)
      }
      const text = new URLSearchParams({ ...formOf(holder), client_secret: SECRET }).toString()
      const again = encodeURIComponent(SECRET)
      for (const more of [
        `client_secret=${again}`,
        'client_secret=',
        `client%5fsecret=${again}`,
        `client_id=${encodeURIComponent(ALICE)}`,
      ])
        refused(
          t,
          await postText(node, '/oauth/token', `${text}&${more}`),
          `twice: ${more}`,
          'invalid_request',
        )
      refused(
        t,
        await postText(node, `/oauth/token?client_secret=${again}`, text),
        'in the address',
        'invalid_request',
      )
      refused(t, await postText(node, '/oauth/token?x', text), 'anything in the address', 'invalid_request')
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
        const { status } = await postText(node, '/oauth/token', text, { 'content-type': type })
        t.equal(status, 415, type)
      }
      const first = pairOf(await redeem(node, holder, none, basic(ALICE, SECRET)))
      const mine = { clientId: ALICE, ...first }
      for (const [name, form, headers, error] of byHeader)
        refused(t, await refresh(node, mine, form, headers), `refresh: ${name}`, error)
      clock.advance(11_000)
      const lower = { authorization: basic(ALICE, SECRET).authorization.replace('Basic', 'basic') }
      const next = pairOf(await refresh(node, mine, {}, lower))
      t.equal((await refresh(second, { ...mine, ...next }, { client_secret: SECRET })).status, 200)
    })

    t.test('N62: a public client has nothing to prove, and can’t pretend', async t => {
      const holder = await obtainCode(gateway)
      const { clientId } = holder
      const { proof } = await registerKeyClient(node, clock.now)
      const asserted = await proof({ claims: { iss: clientId, sub: clientId } })
      refused(t, await redeem(node, holder, { client_secret: 'x' }), 'a secret', 'invalid_client')
      refused(t, await redeem(node, holder, {}, basic(clientId, 'x')), 'in the header', 'invalid_client')
      refused(t, await redeem(node, holder, asserted), 'a signature', 'invalid_client')
      for (const grant_type of ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer']) {
        const form = { grant_type, client_id: clientId, assertion: 'a.b.c' }
        refused(t, await postForm(node, '/oauth/token', form), grant_type, 'unauthorized_client')
      }
      t.equal((await redeem(node, holder, { client_id: undefined }, basic(clientId, ''))).status, 200)
    })

    t.test('N62: a client with a key proves itself with a fresh signature alone', async t => {
      const own = await registerKeyClient(node, clock.now)
      const other = await registerKeyClient(node, clock.now)
      const { clientId } = own
      const holder = await obtainCode(gateway, { clientId })
      const at = Math.floor(clock.now() / 1_000)
      const changes: Readonly<Record<string, ProofChange>> = {
        'signed by another': { key: await otherKey() },
        'its key in the header': { key: await otherKey(), header: { jwk: own.publicKey, kid: undefined } },
        'HS256 with its public key': { key: Buffer.from(own.publicPem), header: { alg: 'HS256' } },
        'another kid': { header: { kid: 'other' } },
        'critical extensions': { header: { crit: ['b64'], b64: true } },
        'an access token’s type': { header: { typ: 'at+jwt' } },
        'an ID-JAG’s type': { header: { typ: 'oauth-id-jag+jwt' } },
        'of another issuer': { claims: { iss: other.clientId } },
        'of another subject': { claims: { sub: other.clientId } },
        'of another altogether': { claims: { iss: other.clientId, sub: other.clientId } },
        'of a client with a secret': { claims: { iss: ALICE, sub: ALICE } },
        'for another server': { claims: { aud: 'https://evil.example' } },
        'for another server too': { claims: { aud: [PUBLIC_URL, 'https://evil.example'] } },
        'for the MCP server': { claims: { aud: `${PUBLIC_URL}/mcp` } },
        'for nobody': { claims: { aud: undefined } },
        'for an empty list': { claims: { aud: [] } },
        'without an end': { claims: { exp: undefined } },
        'that has ended': { claims: { exp: at - 31 } },
        'that lives for an hour': { claims: { exp: at + 3_600 } },
        'that has not begun': { claims: { nbf: at + 120 } },
        'of tomorrow': { claims: { iat: at + 86_400 } },
        'whose end is no number': { claims: { exp: `${at + 60}` } },
        'without an id': { claims: { jti: undefined } },
        'with an empty id': { claims: { jti: '' } },
        'with a list of ids': { claims: { jti: ['a'] } },
      }
      for (const [name, change] of Object.entries(changes)) {
        const answer = await redeem(node, holder, await own.proof(change as ProofChange))
        refused(t, answer, name, 'invalid_client')
      }
      const proof = await own.proof()
      const { client_assertion, client_assertion_type } = proof
      const [head = '', body = '', signature = ''] = String(client_assertion).split('.')
      const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
      for (const changed of [
        `${unsigned}.${body}.`,
        `${unsigned}.${body}.${signature}`,
        `${head}.${body}.`,
        `${head}.${body}`,
        'x',
      ])
        refused(
          t,
          await redeem(node, holder, { ...proof, client_assertion: changed }),
          changed.slice(0, 30),
          'invalid_client',
        )
      refused(t, await redeem(node, holder), 'no proof', 'invalid_client')
      refused(t, await redeem(node, holder, { client_secret: 'x' }), 'a secret', 'invalid_client')
      refused(t, await redeem(node, holder, { client_assertion }), 'no type', 'invalid_request')
      refused(t, await redeem(node, holder, { client_assertion_type }), 'the type alone', 'invalid_request')
      const saml = {
        client_assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      }
      refused(t, await redeem(node, holder, saml), 'another type', 'invalid_request')
      refused(
        t,
        await redeem(node, holder, { ...proof, client_secret: 'x' }),
        'two proofs',
        'invalid_request',
      )
      refused(
        t,
        await redeem(node, holder, proof, basic(clientId, 'x')),
        'two in another way',
        'invalid_request',
      )
      refused(
        t,
        await redeem(node, holder, { ...proof, client_id: other.clientId }),
        'two clients',
        'invalid_client',
      )
      t.equal((await redeem(node, holder, proof)).status, 200, 'none of it has used the proof or the code up')
      refused(t, await redeem(second, holder, proof), 'the same proof again, elsewhere', 'invalid_client')
    })

    t.test('N62: of 50 with one signed proof at once, one is believed', async t => {
      const own = await registerKeyClient(node, clock.now)
      const holder = await obtainCode(gateway, { clientId: own.clientId })
      const mine = { clientId: own.clientId, ...pairOf(await redeem(node, holder, await own.proof())) }
      const proof = await own.proof()
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, number) => refresh(number % 2 === 0 ? node : second, mine, proof)),
      )
      const counts = new Map<number, number>()
      for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
      t.strictSame(Object.fromEntries(counts), { 200: 1, 401: 49 })
    })

    t.test('N62: grant types are what they are to the letter', async t => {
      const holder = await obtainCode(gateway)
      for (const grant_type of [
        'Authorization_Code',
        'AUTHORIZATION_CODE',
        'authorization_code ',
        ' authorization_code',
        'authorization_code\0',
        'authorization-code',
        'code',
        'Refresh_Token',
        'implicit',
        'password',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'URN:ietf:params:oauth:grant-type:jwt-bearer',
        '__proto__',
        'constructor',
        'toString',
        'authorization_code refresh_token',
      ]) {
        const answer = await redeem(node, holder, { grant_type })
        refused(t, answer, JSON.stringify(grant_type), 'unsupported_grant_type')
      }
      refused(t, await redeem(node, holder, { grant_type: undefined }), 'none', 'invalid_request')
      refused(t, await redeem(node, holder, { grant_type: 'refresh_token' }), 'another', 'invalid_request')
      const text = new URLSearchParams(formOf(holder)).toString()
      const twice = await postText(node, '/oauth/token', `${text}&grant_type=refresh_token`)
      refused(t, twice, 'two', 'invalid_request')
      t.equal((await redeem(node, holder)).status, 200)
    })

    t.test('N63: an unknown client is 401 invalid_client, wherever it asks', async t => {
      const holder = await obtainCode(gateway)
      const connected = await connect(gateway)
      const messages = new Set<unknown>()
      for (const clientId of [
        'nobody',
        'cli_AAAAAAAAAAAAAAAAAAAAAA',
        'mch_AAAAAAAAAAAAAAAAAAAAAA',
        holder.clientId.toUpperCase(),
        `${holder.clientId}A`,
        holder.clientId.slice(0, -1),
        'AL:ICE',
        'al:ice\0',
        'bob ',
        '../bob',
        'client:bob',
        'b\u043eb',
        '__proto__',
        'constructor',
        '*',
        'x'.repeat(4_000),
        '{"id":"bob"}',
      ]) {
        const name = JSON.stringify(clientId.slice(0, 40))
        const answers = [
          await redeem(node, { ...holder, clientId }),
          await redeem(node, { ...holder, clientId, code: 'acme_oac_none' }),
          await refresh(node, { ...connected, clientId }),
          await refresh(node, { ...connected, clientId, refreshToken: 'acme_ort_none' }),
          await postForm(node, '/token', {
            grant_type: 'client_credentials',
            client_id: clientId,
            client_secret: 'x',
          }),
          await postForm(node, '/oauth/revoke', { token: connected.refreshToken, client_id: clientId }),
          await postForm(node, '/oauth/introspect', { token: connected.accessToken, client_id: clientId }),
          await postForm(node, '/oauth/introspect', { token: connected.accessToken }, basic(clientId, 'x')),
        ]
        for (const answer of answers) {
          refused(t, answer, name, 'invalid_client')
          t.equal(answer.headers.get('location'), null)
          messages.add(answer.body.error_description)
        }
      }
      t.equal(messages.size, 1, 'and nothing tells whether the code or token is good')
      t.equal((await redeem(node, holder)).status, 200)
      t.equal((await refresh(node, connected)).status, 200)
    })
  })
}

function formOf({ clientId, code, verifier }: CodeHolder): Record<string, string> {
  return { grant_type: 'authorization_code', code, client_id: clientId, code_verifier: verifier }
}

async function otherKey(): Promise<CryptoKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  return pair.privateKey
}
