/** Identity assertions (ID-JAG) that are something else, somebody else's, or come again: N80 to N82. */
import t from 'tap'
import { createKey, encode, publicJwk } from '../../auth/jwt/issuer.ts'
import {
  connect,
  PUBLIC_URL,
  postForm,
  RESOURCE,
  register,
  STORES,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { assertionOf, exchange, JWT_BEARER, startProviders } from './id-jag.ts'
import { refused } from './refused.ts'
import { postText, statusOf } from './token-requests.ts'

t.setTimeout(120_000)

const SERVERS = [{ path: '/mcp' }, { path: '/other' }]

for (const store of STORES) {
  t.test(store, { skip: withoutStore(store) }, async t => {
    const { acme, other, oauth } = await startProviders(t)
    const config = { servers: SERVERS, failedSignIns: false }
    const gateway = await startGateway(t, { store, nodes: 2, oauth, config })
    const { node, clock } = gateway
    const [, second = node] = gateway.nodes
    const good = (claims: Readonly<Record<string, unknown>> = {}) =>
      assertionOf(acme, clock.now(), { claims })

    t.test('N80: of another type', async t => {
      for (const typ of [
        'JWT',
        undefined,
        '',
        'at+jwt',
        'application/at+jwt',
        'id_token',
        'oauth-id-jag',
        'jag+jwt',
        'oauth-id-jag+jwt ',
        'oauth-id-jag+jwt;v=1',
        'text/oauth-id-jag+jwt',
        ['oauth-id-jag+jwt'],
        null,
      ]) {
        const assertion = assertionOf(acme, clock.now(), { header: { typ } })
        refused(t, await exchange(node, assertion), String(JSON.stringify(typ)))
      }
      for (const typ of ['oauth-id-jag+jwt', 'application/oauth-id-jag+jwt']) {
        const answer = await exchange(node, assertionOf(acme, clock.now(), { header: { typ } }))
        t.equal(answer.status, 200, typ)
        t.equal(answer.body.refresh_token, undefined, 'the provider is asked again each time')
        t.equal(await statusOf(second, answer.body.access_token), 200)
        t.equal(await statusOf(second, answer.body.access_token, '/other'), 401)
      }
    })

    t.test('N80: for another audience', async t => {
      for (const aud of [
        RESOURCE,
        `${PUBLIC_URL}/`,
        `${PUBLIC_URL}/oauth/token`,
        'https://MCP.acme.example',
        'https://mcp.acme.example:443',
        'http://mcp.acme.example',
        'https://evil.example',
        `${PUBLIC_URL} `,
        `${PUBLIC_URL}\0`,
        [PUBLIC_URL, 'https://evil.example'],
        [PUBLIC_URL, PUBLIC_URL],
        [[PUBLIC_URL]],
        [],
        '',
        undefined,
        null,
        { 0: PUBLIC_URL },
        acme.issuer,
        'alice',
      ])
        refused(t, await exchange(node, good({ aud })), String(JSON.stringify(aud)))
      t.equal((await exchange(node, good({ aud: [PUBLIC_URL] }))).status, 200)
    })

    t.test('N80: issued for another client', async t => {
      for (const client_id of [
        'bob',
        'ALICE',
        'alice ',
        ' alice',
        'alice\0',
        '',
        undefined,
        null,
        ['alice'],
        {},
        '*',
      ])
        refused(t, await exchange(node, good({ client_id })), String(JSON.stringify(client_id)))
      refused(t, await exchange(node, good({ client_id: undefined, azp: 'alice' })), 'azp')
      refused(t, await exchange(node, good(), {}, 'bob'), 'brought by another, who proves who it is')
      const bobs = assertionOf(other, clock.now())
      refused(t, await exchange(node, bobs), 'of a provider that speaks for another client alone')
      const clientId = await register(node)
      const own = { grant_type: JWT_BEARER, assertion: good({ client_id: clientId }), client_id: clientId }
      refused(t, await postForm(node, '/oauth/token', own), 'a public client', 'unauthorized_client')
      const named = { client_id: 'alice', client_secret: undefined }
      refused(t, await exchange(node, good(), named), 'without the secret', 'invalid_client')
      refused(t, await exchange(node, good(), { ...named, client_id: undefined }), 'nobody', 'invalid_client')
      const bobsToo = assertionOf(other, clock.now(), { claims: { client_id: 'bob' } })
      t.equal((await exchange(node, bobsToo, {}, 'bob')).status, 200)
    })

    t.test('N80: of another issuer, or signed by another', async t => {
      const stranger = createKey('acme')
      const at = Math.floor(clock.now() / 1_000)
      for (const iss of [
        other.issuer,
        `${acme.issuer}/`,
        acme.issuer.toUpperCase(),
        'https://evil.example',
        '',
        undefined,
        PUBLIC_URL,
        [acme.issuer],
      ])
        refused(t, await exchange(node, good({ iss })), `iss ${JSON.stringify(iss)}`)
      const asOther = assertionOf(acme, clock.now(), { claims: { iss: other.issuer, client_id: 'bob' } })
      refused(t, await exchange(node, asOther, {}, 'bob'), 'one provider in the name of another')
      const headers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
        'an unknown key': { kid: 'none' },
        'its key inside': { jwk: publicJwk(stranger) },
        'its key elsewhere': { jku: `${other.origin}/keys` },
        'critical extensions': { crit: ['exp'] },
        'another algorithm': { alg: 'RS256' },
        'none at all': { alg: 'none' },
      }
      for (const [name, header] of Object.entries(headers))
        refused(t, await exchange(node, assertionOf(acme, clock.now(), { key: stranger, header })), name)
      const [head = '', body = '', signature = ''] = good().split('.')
      const changed = encode(Buffer.from(body, 'base64url').toString().replace('"ada"', '"root"'))
      for (const assertion of [
        `${head}.${changed}.${signature}`,
        `${head}.${body}.`,
        `${head}.${body}`,
        `${encode('{"alg":"none","typ":"oauth-id-jag+jwt"}')}.${body}.`,
        `${head}.${body}.${signature}.x`,
        `${head}.${body}.${signature}=`,
        `${head}.${body}.${signature} `,
        'x',
      ])
        refused(t, await exchange(node, assertion), assertion.slice(-30))
      const claims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
        nobody: { sub: undefined },
        'an empty sub': { sub: '' },
        'a list of people': { sub: ['ada'] },
        'no id': { jti: undefined },
        'an empty id': { jti: '' },
        'a number as id': { jti: 1 },
        'no resource': { resource: undefined },
        'two resources': { resource: [RESOURCE, `${PUBLIC_URL}/other`] },
        'no end': { exp: undefined },
        'an end that has come': { exp: at - 31 },
        'a beginning that has not': { nbf: at + 60, exp: at + 600 },
        tomorrow: { iat: at + 600 },
        'a long time ago': { iat: at - 3 * 3_600 },
      }
      for (const [name, changes] of Object.entries(claims))
        refused(t, await exchange(node, good(changes)), name)
      for (const resource of ['https://evil.example/mcp', `${PUBLIC_URL}/none`, PUBLIC_URL])
        refused(t, await exchange(node, good({ resource })), resource, 'invalid_target')
    })

    t.test('N80: other tokens are no assertions', async t => {
      const connected = await connect(gateway)
      for (const token of [connected.accessToken, connected.refreshToken, connected.code])
        refused(t, await exchange(node, token), token.slice(0, 9))
      const jwt = acme.sign({ claims: { exp: Math.floor(clock.now() / 1_000) + 60 } })
      refused(t, await exchange(node, jwt), 'an access token of the same provider')
      t.equal(await statusOf(node, good()), 401, 'nor is an assertion an access token')
      const form = { grant_type: JWT_BEARER, client_id: 'alice', client_secret: 'alice-has-a-secret' }
      const one = new URLSearchParams({ ...form, assertion: good() }).toString()
      const twice = await postText(node, '/oauth/token', `${one}&assertion=${good()}`)
      refused(t, twice, 'two assertions', 'invalid_request')
      refused(t, await postForm(node, '/oauth/token', form), 'none', 'invalid_request')
    })

    t.test('N81: an assertion gives one token, whatever is changed of it', async t => {
      const at = Math.floor(clock.now() / 1_000)
      const claims = { jti: 'once', exp: at + 5 }
      const assertion = good(claims)
      t.equal((await exchange(node, assertion)).status, 200)
      t.equal((await exchange(node, otherSignature(good()))).status, 200, 'ECDSA has two signatures for all')
      for (const door of gateway.nodes) refused(t, await exchange(door, assertion), 'the same')
      refused(t, await exchange(second, otherSignature(assertion)), 'with its other signature')
      refused(t, await exchange(second, good(claims)), 'signed anew')
      refused(t, await exchange(second, good({ ...claims, sub: 'root', scope: '*' })), 'of somebody else')
      refused(t, await exchange(second, good({ ...claims, exp: at + 300 })), 'with a later end')
      // Clocks may differ by half a minute; so long it is known, too.
      clock.advance(30_000)
      refused(t, await exchange(second, assertion), 'at its end')
      clock.advance(6_000)
      refused(t, await exchange(second, assertion), 'after it')
      clock.advance(120_000)
      refused(t, await exchange(second, assertion), 'and when its id is forgotten')
      const theirs = assertionOf(other, clock.now(), { claims: { jti: 'once', client_id: 'bob' } })
      t.equal((await exchange(node, theirs, {}, 'bob')).status, 200, 'another provider counts for itself')
    })

    t.test('N82: what is refused does not use the assertion up', async t => {
      const jti = 'spared'
      const assertion = good({ jti })
      const stranger = createKey('acme')
      refused(t, await exchange(node, assertion, {}, 'bob'), 'another client')
      refused(
        t,
        await exchange(node, assertion, { client_secret: 'guess' }),
        'a wrong secret',
        'invalid_client',
      )
      refused(t, await exchange(node, good({ jti, aud: 'https://evil.example' })), 'another audience')
      refused(t, await exchange(node, good({ jti, client_id: 'bob' })), 'for another client')
      refused(
        t,
        await exchange(node, assertionOf(acme, clock.now(), { claims: { jti }, header: { typ: 'JWT' } })),
        'another type',
      )
      refused(
        t,
        await exchange(node, assertionOf(acme, clock.now(), { claims: { jti }, key: stranger })),
        'another key',
      )
      refused(
        t,
        await exchange(node, assertion, { resource: `${PUBLIC_URL}/other` }),
        'another resource',
        'invalid_target',
      )
      refused(
        t,
        await exchange(node, assertion, { resource: 'https://evil.example' }),
        'none of ours',
        'invalid_target',
      )
      refused(t, await exchange(node, assertion, { scope: 'none:*' }), 'other scopes', 'invalid_scope')
      refused(t, await exchange(node, assertion, { scope: '"' }), 'no scopes', 'invalid_scope')
      refused(
        t,
        await exchange(node, good({ jti, resource: 'https://evil.example' })),
        'elsewhere',
        'invalid_target',
      )
      const answer = await exchange(node, assertion, { scope: 'manage:*', resource: RESOURCE })
      t.strictSame([answer.status, answer.body.scope], [200, 'write:*'], 'what it allows at most')
    })

    t.test('N82: nor does a provider or a store that can’t be asked', async t => {
      const key = createKey('new')
      const assertion = assertionOf(acme, clock.now(), {
        key,
        claims: { exp: Math.floor(clock.now() / 1_000) + 900 },
      })
      acme.state.failure = 'status'
      clock.advance(60_000)
      const down = await exchange(node, assertion)
      t.strictSame([down.status, down.body.error], [503, 'temporarily_unavailable'])
      acme.state.failure = undefined
      acme.publish(acme.key, key)
      clock.advance(120_000)
      const { store: opened } = node.app
      const { commit } = opened
      opened.commit = async () => {
        opened.commit = commit
        throw new Error('no answer')
      }
      t.equal((await exchange(node, assertion)).status, 500)
      t.equal((await exchange(node, assertion)).status, 200)
      refused(t, await exchange(node, assertion), 'now it is')
    })
  })
}

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** Of every ECDSA signature (r, s) there is a second good one: (r, n - s). */
function otherSignature(assertion: string): string {
  const [head = '', body = '', signature = ''] = assertion.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const negative = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
  return `${head}.${body}.${Buffer.concat([bytes.subarray(0, 32), negative]).toString('base64url')}`
}
