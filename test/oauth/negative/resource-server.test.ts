/** N1–N24: an MCP server asked with everything but the token that was issued for it to whoever sends it. */
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { anyCharacter } from '../../any-character.ts'
import { createKey, encode, publicJwk, signText } from '../../auth/jwt/issuer.ts'
import { modernRpc, rpc } from '../../build.ts'
import {
  authorizeUrl,
  connect,
  listTools,
  obtainCode,
  PUBLIC_URL,
  pkce,
  RESOURCE,
  register,
  STORES,
  withoutStore,
} from '../gateway.ts'
import { plain } from './answers.ts'
import { parseChallenges } from './parse-challenges.ts'
import { ask, headerOf, type RawAnswer, sendRaw } from './raw-http.ts'
import { OTHER, SERVICE, startResourceSite } from './resource-site.ts'
import { redeem, refresh, statusOf } from './token-requests.ts'

const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}'
const JSON_HEADERS: readonly (readonly [string, string])[] = [
  ['Content-Type', 'application/json'],
  ['Accept', 'application/json, text/event-stream'],
  ['MCP-Protocol-Version', '2025-11-25'],
]
const bearer = (token: string): readonly [string, string] => ['Authorization', `Bearer ${token}`]

/** The only challenge of an answer, parsed by the grammar. */
function challengeOf(headers: Headers): Readonly<Record<string, string>> {
  const [challenge, ...more] = parseChallenges(headers.get('www-authenticate') ?? '')
  if (challenge?.scheme !== 'Bearer' || more.length > 0) throw new Error('no Bearer challenge')
  return challenge.parameters
}

for (const store of STORES)
  t.test(`the resource server (${store})`, { skip: withoutStore(store) }, async t => {
    const site = await startResourceSite(t, store)
    const { gateway, node, ear, issuer, sign } = site
    const { origin } = node
    const owner = await connect(gateway)
    t.equal(await statusOf(node, owner.accessToken), 200)
    /** Lists the tools by these header lines, byte for byte. */
    const list = (headers: readonly (readonly [string, string])[], path = '/mcp') =>
      ask(origin, path, [...JSON_HEADERS, ...headers], LIST)
    const call = (token: string, name = 'acme_list_invoices', args = {}) =>
      modernRpc(`${origin}/mcp`, token, 'tools/call', { name, arguments: args })
    t.beforeEach(() => {
      ear.heard.length = 0
      ear.intercept = () => false
    })
    await t.test('N1: no token: 401 with an absolute metadata URL and scope', async t => {
      for (const path of ['/mcp', OTHER]) {
        const asked = [
          await listTools(node, undefined, path),
          await fetch(origin + path),
          await fetch(origin + path, { method: 'HEAD' }),
        ]
        for (const { status, headers } of asked) {
          t.equal(status, 401)
          const { resource_metadata = '', scope = '', ...rest } = challengeOf(headers)
          t.strictSame({ ...rest }, { realm: 'acme' }, 'and no error: nothing was presented')
          t.equal(resource_metadata, `${PUBLIC_URL}/.well-known/oauth-protected-resource${path}`)
          t.match(scope, /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/)
          t.notMatch(scope, /offline_access/)
          const found = await fetch(node.at(resource_metadata))
          const metadata = (await found.json()) as Record<string, string[]>
          t.match(metadata, { resource: PUBLIC_URL + path, bearer_methods_supported: ['header'] })
          t.strictSame(metadata.authorization_servers?.toSorted(), [issuer.issuer, PUBLIC_URL].sort())
          t.strictSame(metadata.scopes_supported, scope.split(' '))
        }
      }
      t.equal(ear.heard.length, 0)
    })

    await t.test('N2: garbage', async t => {
      const own = owner.accessToken
      const changed = own.slice(0, -1) + (own.endsWith('A') ? 'B' : 'A')
      const unknown = [
        ...[
          `acme_oat_${'A'.repeat(32)}`,
          changed,
          own.slice(0, -1),
          `${own}A`,
          `${own}=`,
          'acme_oat_',
          'acme_pat_',
        ],
        ...[
          own.toUpperCase().replace('ACME_OAT_', 'acme_oat_'),
          `${own}.${own}`,
          `acme_oat_%00${own.slice(9)}`,
        ],
        ...[
          `acme_oat_${'x'.repeat(7_000)}`,
          'acme_oat_../../x',
          "acme_oat_' OR 1=1--",
          'acme_oat_*',
          'acme_oat_{x}',
        ],
      ]
      for (const token of unknown) {
        const answer = await list([bearer(token)])
        t.equal(answer.status, 401, plain(token.slice(0, 60)))
        t.match(headerOf(answer, 'www-authenticate'), /^Bearer realm="acme", error="invalid_token", /)
        t.notOk(answer.body.includes(own.slice(12, 30)))
      }
      t.equal(ear.heard.length, 0, 'the product is not shown what begins as our tokens do')
      for (const line of [
        '',
        'Bearer',
        'Bearer ',
        'Basic YTpi',
        'bearer\t',
        'Bearer a b',
        own,
        `Token ${own}`,
      ])
        t.equal((await list([['Authorization', line]])).status, 401, line)
      for (const line of [`Bearer \u0001${own.slice(1)}`, `Bearer ${own}\u007f`, `Bearer ${own}\u0000`])
        t.ok([400, 401].includes((await list([['Authorization', line]])).status), 'control bytes')
      const { id } = (await node.app.store.listTokens()).find(record => record.oauth !== undefined) ?? {
        id: '',
      }
      for (const public_ of [id, `acme_${id}`, owner.clientId, 'gra_x'])
        if (public_ !== '') t.equal((await list([bearer(public_)])).status, 401, 'an id is no token')
    })

    await t.test('N3: expired', async t => {
      const [short, jwt] = [await connect(gateway), sign()]
      t.equal(await statusOf(node, short.accessToken), 200)
      t.equal(await statusOf(node, jwt), 200)
      gateway.clock.advance(3_601_000)
      for (const token of [short.accessToken, jwt]) {
        const answer = await listTools(node, token)
        t.equal(answer.status, 401)
        t.equal(challengeOf(answer.headers).error, 'invalid_token')
      }
      gateway.clock.advance(-3_601_000)
      const now = Math.floor(gateway.clock.now() / 1_000)
      for (const claims of [
        ...[{ exp: now - 60 }, { exp: undefined }, { exp: String(now + 600) }, { exp: -1 }, { exp: null }],
        ...[{ exp: 0 }, { exp: 1e300 }, { exp: [now + 600] }],
      ])
        t.equal(await statusOf(node, sign({ claims })), 401, JSON.stringify(claims))
    })

    await t.test('N4: wrong audience', async t => {
      for (const aud of [
        ...[
          undefined,
          null,
          '',
          [],
          {},
          'https://other.example/mcp',
          PUBLIC_URL,
          `${RESOURCE}x`,
          [RESOURCE, 7],
        ],
        ...['acme', '*', `${RESOURCE}#`, `${RESOURCE}?`, 'http://mcp.acme.example/mcp', [`${RESOURCE}/sub`]],
        ...[
          'https://mcp.acme.example.evil.example/mcp',
          { [RESOURCE]: true },
          `${RESOURCE} x`,
          owner.clientId,
        ],
      ]) {
        const answer = await listTools(node, sign({ claims: { aud } }))
        t.equal(answer.status, 401, JSON.stringify(aud))
        t.equal(challengeOf(answer.headers).error, 'invalid_token')
      }
      t.equal(ear.heard.length, 0, 'and nobody else is asked about it')
    })

    await t.test('N5: a token of a sibling path', async t => {
      const other = await connect(gateway, { parameters: { resource: PUBLIC_URL + OTHER } })
      t.equal(await statusOf(node, other.accessToken, OTHER), 200)
      ear.heard.length = 0
      const jwt = sign()
      for (const [token, path] of [
        [other.accessToken, '/mcp'],
        [owner.accessToken, OTHER],
        [jwt, OTHER],
      ] as const) {
        const answer = await listTools(node, token, path)
        t.equal(answer.status, 401, path)
        const { error, resource_metadata } = challengeOf(answer.headers)
        t.equal(error, 'invalid_token')
        t.equal(resource_metadata, `${PUBLIC_URL}/.well-known/oauth-protected-resource${path}`)
      }
      for (const path of [
        ...[
          `${OTHER}/`,
          '/mcp/../mcp-other',
          '/mcp/%2e%2e/mcp-other',
          '//mcp-other',
          '/mcp-other;/mcp',
          '/%6dcp-other',
        ],
        ...['/mcp-other?/mcp', '/mcp-other#/mcp', '/mcp%2fx', '/MCP-OTHER', '\\mcp-other'],
      ]) {
        const { status } = await list([bearer(owner.accessToken)], path)
        t.ok([400, 401, 404].includes(status), `${status} ${path}`)
      }
      const rest = await fetch(`${origin}/api/v1/invoices`, {
        headers: { authorization: `Bearer ${owner.accessToken}` },
      })
      t.equal(rest.status, 401, 'nor is it a key to the API behind')
      t.equal(ear.heard.length, 0)
    })

    await t.test('N6: a token in the query, the body, a cookie or another header', async t => {
      const { accessToken } = owner
      const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const
      const answers: readonly RawAnswer[] = [
        await list([], `/mcp?access_token=${accessToken}`),
        await list([], `/mcp?token=${accessToken}&authorization=Bearer%20${accessToken}`),
        await list([['Cookie', `access_token=${accessToken}; token=${accessToken}`]]),
        await list([['X-Access-Token', accessToken]]),
        await list([['X-Authorization', `Bearer ${accessToken}`]]),
        await list([['Proxy-Authorization', `Bearer ${accessToken}`]]),
        await list([['Mcp-Session-Id', accessToken]]),
        await list([['Sec-WebSocket-Protocol', `bearer, ${accessToken}`]]),
        await list([['Authorisation', `Bearer ${accessToken}`]]),
        await ask(origin, '/mcp', JSON_HEADERS, LIST.replace('{}', `{"access_token":"${accessToken}"}`)),
      ]
      for (const answer of answers) {
        t.equal(answer.status, 401)
        t.notOk(JSON.stringify(answer).includes(accessToken), 'and it is not said again')
      }
      t.equal((await ask(origin, '/mcp', [form], `access_token=${accessToken}`)).status, 415)
      const mixed = await list([bearer(`acme_oat_${'A'.repeat(32)}`)], `/mcp?access_token=${accessToken}`)
      t.equal(mixed.status, 401, 'nor does it help another')
    })

    await t.test('N7: two Authorization headers, or two credentials', async t => {
      const { email, token } = gateway.product.credentials.pair()
      const good = bearer(owner.accessToken)
      const wrong = bearer(`acme_oat_${'A'.repeat(32)}`)
      for (const headers of [
        [good, wrong],
        [wrong, good],
        [good, good],
        [good, ['authorization', good[1]]],
        [good, ['AUTHORIZATION', 'Basic YTpi']],
        [good, ['Authorization', '']],
        [['Authorization', `${good[1]}, ${good[1]}`]],
        [['Authorization', `${good[1]}, Basic YTpi`]],
        [good, ['Email', email], ['Token', token]],
        [good, ['Email', email]],
        [good, ['Token', token]],
        [
          ['Email', email],
          ['Token', token],
          ['Token', token],
        ],
        [
          ['Email', email],
          ['Email', 'noor@northlight.example'],
          ['Token', token],
        ],
        [
          ['Email', `${email}, noor@northlight.example`],
          ['Token', token],
        ],
      ] as const) {
        const { status, body } = await list(headers)
        t.ok(status === 400 || status === 401, `${status} ${JSON.stringify(headers).slice(0, 80)}`)
        t.notMatch(body, /"result"/)
      }
      t.equal(ear.heard.length, 0, 'none of them is shown to the product')
    })

    await t.test('N8: alg none, HS256 with a public key, and keys that the token brings along', async t => {
      const now = Math.floor(gateway.clock.now() / 1_000)
      const hook = createServer((_request, response) => response.end('{"keys":[]}')).listen(0, '127.0.0.1')
      let fetched = 0
      hook.on('connection', () => fetched++)
      await once(hook, 'listening')
      t.teardown(() => hook.close())
      const at = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/keys`
      const served = await fetch(node.at(`${PUBLIC_URL}/.well-known/jwks.json`))
      const [ownJwk] = ((await served.json()) as { keys: Record<string, string>[] }).keys
      const evil = createKey('key-1')
      const claims = (iss: string) =>
        JSON.stringify({
          ...{ iss, aud: RESOURCE, sub: 'admin', scope: '*', client_id: 'x', jti: 'x' },
          ...{ exp: now + 600, iat: now - 1, nbf: now - 1 },
        })
      const jwk = publicJwk(issuer.key)
      const secrets = [
        ...[
          issuer.key.publicKey.export({ type: 'spki', format: 'pem' }),
          JSON.stringify(jwk),
          String(jwk.x),
          '',
        ],
        ...[issuer.key.publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(ownJwk)],
      ]
      for (const [iss, kid] of [
        [issuer.issuer, 'key-1'],
        [PUBLIC_URL, ownJwk?.kid],
      ] as const) {
        const payload = encode(claims(iss))
        const signed = (header: object) =>
          `${encode(JSON.stringify({ typ: 'at+jwt', kid, ...header }))}.${payload}`
        const forged = [
          ...['none', 'None', 'NONE', 'nOnE', '', 'ES256 ', 'ES512', 'RS256', null, ['ES256']].flatMap(
            alg => {
              const text = signed({ alg })
              return [`${text}.`, `${text}.AA`, text, `${text}.${'A'.repeat(86)}`]
            },
          ),
          ...secrets.flatMap(secret =>
            (['HS256', 'HS384', 'HS512', 'ES256'] as const).map(alg => {
              const text = signed({ alg })
              const digest = alg === 'ES256' ? 'sha256' : alg.replace('HS', 'sha')
              return `${text}.${createHmac(digest, secret).update(text).digest('base64url')}`
            }),
          ),
          ...[
            { jwk: publicJwk(evil) },
            { jku: at },
            { x5u: at },
            { x5c: ['AA'] },
            { kid: at },
            { kid: '../../../../dev/null' },
            { crit: ['exp'] },
            { b64: false, crit: ['b64'] },
            { typ: 'oauth-id-jag+jwt' },
          ].map(header =>
            signText(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid, ...header }), claims(iss), evil),
          ),
          `${signed({ alg: 'ES256' })}.${'\u0041'.repeat(86)}`,
        ]
        for (const token of forged) {
          const { status } = await list([bearer(token)])
          t.equal(status, 401, plain(headerOfJwt(token)))
        }
      }
      t.equal(fetched, 0, 'nobody is asked for the keys that a token names')
      // What has no algorithm or no third part is no JWT, so nobody's, and the product may say what it is.
      const shown = ear.heard.flatMap(({ headers }) => headers.filter(value => value.startsWith('Bearer ')))
      const isJwt = (token: string) => /^[^.]+\.[^.]+\./.test(token) && /"alg":"/.test(headerOfJwt(token))
      t.notOk(
        shown.some(line => isJwt(line.slice('Bearer '.length))),
        'no JWT of ours or of the provider goes on',
      )
    })

    await t.test('N9: unknown kid: no JWKS storm', async t => {
      t.equal(await statusOf(node, sign()), 200, 'the keys are known')
      const before = issuer.requests.length
      const strangers = Array.from({ length: 50 }, (_, index) =>
        sign({ key: createKey(`unknown-${index}`), claims: { jti: `n9-${index}` } }),
      )
      const statuses = await Promise.all(strangers.map(token => statusOf(node, token)))
      for (const token of strangers.slice(0, 20)) statuses.push(await statusOf(node, token))
      t.ok(statuses.every(status => status === 401))
      t.ok(issuer.requests.length - before <= 2, `asked ${issuer.requests.length - before} times`)
    })

    await t.test('N10: future nbf, or issued in the future', async t => {
      const now = Math.floor(gateway.clock.now() / 1_000)
      for (const claims of [
        { nbf: now + 600 },
        { nbf: now + 3_600, exp: now + 7_200 },
        { iat: now + 600 },
        { nbf: String(now - 1) },
        { nbf: null },
        { nbf: 1e300 },
      ])
        t.equal(await statusOf(node, sign({ claims })), 401, JSON.stringify(claims))
      const soon = sign({ claims: { nbf: now + 600, exp: now + 1_200, jti: 'soon' } })
      t.equal(await statusOf(node, soon), 401)
      gateway.clock.advance(601_000)
      t.equal(await statusOf(node, soon), 200, 'the same one later')
      gateway.clock.advance(-601_000)
    })

    await t.test('N11: an ID token, and everything else that the same keys sign', async t => {
      for (const [header, claims] of [
        [{ typ: 'JWT' }, { aud: 'client-1', nonce: 'n' }],
        [{ typ: 'JWT' }, { nonce: 'n' }],
        [{ typ: 'JWT' }, { at_hash: 'h' }],
        [{ typ: undefined }, { c_hash: 'h' }],
        [{ typ: 'JWT' }, { aud: [RESOURCE, 'client-1'], azp: 'client-1', nonce: 'n' }],
        [{ typ: 'JWT' }, { token_use: 'id' }],
        [{ typ: 'JWT' }, { typ: 'ID' }],
        [{ typ: 'JWT' }, { typ: 'Refresh' }],
        [{ typ: 'id+jwt' }, {}],
        [{ typ: 'logout+jwt' }, { events: {} }],
        [{ typ: 'JWT' }, { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
        [{ typ: 'secevent+jwt' }, {}],
        [{ typ: 'dpop+jwt' }, {}],
        [{ typ: 'oauth-id-jag+jwt' }, {}],
        [{ typ: 'at+jwt' }, { cnf: { jkt: 'x' } }],
        [{ typ: 'JWT', cty: 'JWT' }, {}],
      ] as const)
        t.equal(await statusOf(node, sign({ header, claims })), 401, JSON.stringify([header, claims]))
      t.equal(ear.heard.length, 0, 'and the product is not asked instead')
    })

    /** Sends what is no access token in every header that takes credentials; the product hears of none of it. */
    const isShownToNobody = async (t: Test, token: string) => {
      const { email } = gateway.product.credentials.pair()
      ear.heard.length = 0
      for (const headers of [
        [bearer(token)],
        [['Authorization', `bearer ${token}`]],
        [['Authorization', `Bearer  ${token}`]],
        [['Authorization', `Bearer ${token} `]],
        [['Authorization', `Basic ${Buffer.from(`x:${token}`).toString('base64')}`]],
        [['Authorization', token]],
        ...[token, `Bearer ${token}`].map(value => [['Email', email] as const, ['Token', value] as const]),
        ...[token, `Bearer ${token}`].map(value => [['Email', value] as const, ['Token', 'x'] as const]),
      ] as const) {
        const answer = await list(headers)
        t.ok([400, 401].includes(answer.status), `${answer.status} ${String(headers[0]?.[1]).slice(0, 20)}`)
        t.notOk(answer.body.includes(token))
      }
      const rest = await fetch(`${origin}/api/v1/invoices`, { headers: { authorization: `Bearer ${token}` } })
      t.equal(rest.status, 401)
      t.strictSame(ear.heard, [], 'the product heard of none of it')
      await listTools(node, `nobodys-${randomUUID()}`)
      t.equal(ear.heard.length, 1, 'as it does of what may be its own')
    }

    await t.test('N12: a refresh token as bearer: refused, and never shown to the product', async t => {
      const fresh = await connect(gateway)
      await isShownToNobody(t, fresh.refreshToken)
      t.equal((await refresh(node, fresh)).status, 200, 'it is as good as before')
      await isShownToNobody(t, fresh.refreshToken)
    })

    await t.test('N13: a code as bearer: refused, and never shown to the product', async t => {
      const holder = await obtainCode(gateway)
      await isShownToNobody(t, holder.code)
      t.equal((await redeem(node, holder)).status, 200, 'it is as good as before')
      await isShownToNobody(t, holder.code)
    })

    await t.test('N14: an access token at the refresh grant', async t => {
      const fresh = await connect(gateway)
      for (const token of [
        fresh.accessToken,
        fresh.accessToken.replace('_oat_', '_ort_'),
        fresh.code,
        sign(),
      ]) {
        const { status, body } = await refresh(node, fresh, { refresh_token: token })
        t.match({ status, ...body }, { status: 400, error: 'invalid_grant' })
        t.notOk('access_token' in body)
      }
      const asCode = await redeem(node, { ...fresh, code: fresh.accessToken })
      t.match(asCode, { status: 400, body: { error: 'invalid_grant' } }, 'nor is it a code')
      t.equal(await statusOf(node, fresh.accessToken), 200, 'and it ends nothing')
      t.equal((await refresh(node, fresh)).status, 200)
    })

    await t.test('N15: missing scope: 403 with all scopes, and with these it goes', async t => {
      const weak = await connect(gateway, { parameters: { scope: 'read:contacts' } })
      for (const [tool, args] of [
        ['acme_delete_invoice', { id: '00000000-0000-4000-8000-000000000000' }],
        ['acme_list_invoices', {}],
      ] as const) {
        ear.heard.length = 0
        const answer = await call(weak.accessToken, tool, args)
        t.equal(answer.status, 403, tool)
        const { error, scope = '', resource_metadata } = challengeOf(answer.headers)
        t.equal(error, 'insufficient_scope')
        t.equal(resource_metadata, `${PUBLIC_URL}/.well-known/oauth-protected-resource/mcp`)
        t.ok(scope.split(' ').includes('read:contacts'), `what it has: ${scope}`)
        t.equal(ear.heard.length, 0, 'the product is not asked')
        const strong = await connect(gateway, { parameters: { scope } })
        const again = await call(strong.accessToken, tool, args)
        t.equal(again.status, 200, `${tool} with ${scope}: ${JSON.stringify(again.body).slice(0, 200)}`)
        t.equal(again.headers.get('www-authenticate'), null)
      }
      t.equal((await call(weak.accessToken, 'acme_list_contacts')).status, 200, 'its own it may')
    })

    await t.test('N18: Email without Token, and the other way round', async t => {
      const { email, token } = gateway.product.credentials.pair()
      const halves: readonly Readonly<Record<string, string>>[] = [
        { Email: email },
        { Token: token },
        { Email: email, Token: '' },
        { Email: '', Token: token },
        { Email: email, Token: ' ' },
        { Email: email, 'X-Token': token },
        { Email: email, Cookie: `Token=${token}` },
      ]
      for (const headers of halves) {
        const { status, headers: told } = await rpc(`${origin}/mcp`, headers, 'tools/list')
        t.equal(status, 401, JSON.stringify(Object.keys(headers)))
        t.equal(parseChallenges(told.get('www-authenticate') ?? '').length, 1)
      }
      t.equal(ear.heard.length, 0)
      t.equal((await rpc(`${origin}/mcp`, { Email: email, Token: token }, 'tools/list')).status, 200, 'both')
    })

    await t.test('N19: Email of another user, even where the product does not look at it', async t => {
      const [own, foreign] = [gateway.product.credentials.pair(), 'noor@northlight.example']
      const wrong = await rpc(`${origin}/mcp`, { Email: foreign, Token: own.token }, 'tools/list')
      t.equal(wrong.status, 401)
      const answered = ear.heard.length
      ear.intercept = (request, response) => {
        if (request.url !== '/v1/me') return false
        // A careless product: it goes by the token alone.
        const body = {
          id: 'u',
          email: own.email,
          organization: { id: 'o' },
          token: { scopes: ['*'] },
          roles: [],
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
        return true
      }
      for (const email of [
        foreign,
        `${own.email}.evil.example`,
        own.email.replace('@', '@@'),
        `x${own.email}`,
      ]) {
        const answer = await rpc(`${origin}/mcp`, { Email: email, Token: `${own.token}` }, 'tools/list')
        t.equal(answer.status, 401, email)
        t.notMatch(JSON.stringify(answer.body), own.email, 'nor is told whose token it is')
      }
      t.ok(ear.heard.length > answered, 'the product did answer')
      const good = await rpc(`${origin}/mcp`, { Email: own.email, Token: own.token }, 'tools/list')
      t.equal(good.status, 200, 'while the right one gets in')
    })

    await t.test('N20: the client’s bearer never reaches the upstream, also after redirects', async t => {
      const elsewhere: IncomingHttpHeaders[] = []
      const server = createServer((request, response) => {
        elsewhere.push(request.headers)
        response.setHeader('content-type', 'application/json').end('{"items":[]}')
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      t.teardown(() => server.close())
      const away = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/invoices`
      const minted = await site.mint()
      const tokens = [owner.accessToken, sign(), minted]
      const isSecret = (text: string) =>
        [...tokens, owner.refreshToken].some(token => token.split('.').some(part => text.includes(part)))
      for (const target of [undefined, '/v1/invoices?again', away, `//${new URL(away).host}/v1/invoices`]) {
        ear.intercept = (request, response) => {
          if (target === undefined || request.url?.includes('again') || request.url === '/v1/me') return false
          response.writeHead(request.url?.includes('307') ? 307 : 302, { location: target }).end()
          return true
        }
        for (const token of tokens) await call(token)
        await fetch(`${origin}/api/v1/invoices`, {
          headers: { authorization: `Bearer ${minted}` },
          redirect: 'manual',
        })
      }
      t.ok(ear.heard.length >= 4 * tokens.length, `${ear.heard.length} requests were heard`)
      for (const { url, headers } of ear.heard) {
        t.notOk(isSecret(`${url} ${headers.join(' ')}`), String(url))
        t.equal(
          headers.filter(name => name.toLowerCase() === 'authorization').length,
          1,
          'one of the product’s',
        )
      }
      t.ok(ear.heard.some(({ headers }) => headers.includes(`Bearer ${SERVICE}`)))
      for (const headers of elsewhere) {
        t.notOk(isSecret(JSON.stringify(headers)))
        t.equal(headers.authorization, undefined, 'and another origin gets no credential at all')
      }
    })

    await t.test('N21: spoofed identity headers', async t => {
      const names = [
        ...[
          'X-Forwarded-User',
          'X-Forwarded-Email',
          'X-Forwarded-Groups',
          'X-Forwarded-Preferred-Username',
          'X-User',
        ],
        ...['X-User-Id', 'X-Remote-User', 'Remote-User', 'Remote-Groups', 'X-Auth-Request-User', 'X-Org-Id'],
        ...[
          'X-Tenant-Id',
          'X-Authenticated-User',
          'X-Goog-Authenticated-User-Email',
          'X-MS-Client-Principal-Name',
        ],
        ...[
          'X_Forwarded_User',
          'x-forwarded-user',
          'Cf-Access-Jwt-Assertion',
          'X-Amzn-Oidc-Identity',
          'Impersonate-User',
        ],
        ...['X-Original-Url', 'X-Rewrite-Url', 'X-HTTP-Method-Override', 'X-Real-Ip', 'Cookie', 'Forwarded'],
      ]
      const spoofed = names.map(name => [name, 'intruder-7f3a'] as const)
      const params = { name: 'acme_list_invoices', arguments: {} }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
      for (const token of [owner.accessToken, sign(), await site.mint()]) {
        const answer = await ask(origin, '/mcp', [...JSON_HEADERS, bearer(token), ...spoofed], body)
        t.equal(answer.status, 200)
        t.notMatch(answer.body, /intruder/)
      }
      const rest = await ask(origin, '/api/v1/invoices', [bearer(await site.mint()), ...spoofed])
      t.ok(rest.status > 0 && rest.status < 500)
      t.ok(ear.heard.length >= 4)
      t.notMatch(JSON.stringify(ear.heard), /intruder/, 'the product sees none of them')
      t.notMatch(gateway.written(), /intruder/, 'nor is it believed in the audit')
      const alone = await list(spoofed)
      t.equal(alone.status, 401, 'and they sign nobody in')

      const asked = authorizeUrl(await register(node), pkce().challenge)
      const person = { 'x-forwarded-user': 'intruder-7f3a', 'x-forwarded-for': '192.0.2.7' }
      const browser = node.browser()
      const begun = await browser.open(asked, { ...person, forwarded: 'for=192.0.2.7' })
      const page = await browser.open(begun.location ?? '', person)
      t.notMatch(page.html, /intruder/)
      for (const form of page.forms) {
        const answer = await browser.submit(page, form, { headers: person })
        t.notOk(
          answer.location?.includes('/oauth/consent'),
          'only the listed proxy names people, by its own address',
        )
      }
    })

    await t.test('N22: a foreign handle: there is none that is authentication', async t => {
      const stranger = await connect(gateway, { scopes: ['read:contacts'] })
      const own = JSON.stringify(await (await listTools(node, stranger.accessToken)).json())
      const rich = JSON.stringify(await (await listTools(node, owner.accessToken)).json())
      t.not(own, rich)
      const init =
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}'
      const opened = await ask(origin, '/mcp', [...JSON_HEADERS, bearer(owner.accessToken)], init)
      t.equal(opened.status, 200)
      const given = headerOf(opened, 'mcp-session-id')
      const handles = [
        ...[given, 'a-session-of-somebody', owner.accessToken, owner.clientId, '0', '../..', 'null'],
        ...(await gatewayHandles()),
      ].filter(handle => handle !== undefined)
      for (const handle of handles)
        for (const name of ['Mcp-Session-Id', 'Last-Event-ID', 'X-Session-Id', 'Cookie']) {
          const value = name === 'Cookie' ? `__Host-session=${handle}; session=${handle}` : handle
          t.equal((await list([[name, value]])).status, 401, `${name}: alone it is nobody`)
          const answer = await list([[name, value], bearer(stranger.accessToken)])
          t.equal(answer.body, own, `${name}: with another’s token it is that other`)
          t.equal(headerOf(answer, 'mcp-session-id'), undefined)
        }
      const ended = await fetch(`${origin}/mcp`, {
        method: 'DELETE',
        headers: { 'mcp-session-id': given ?? 'x', authorization: `Bearer ${stranger.accessToken}` },
      })
      t.ok(ended.status >= 400)

      async function gatewayHandles(): Promise<readonly string[]> {
        const { store: kept } = node.app
        const grants = await kept.pageRecords({ kind: 'grant', limit: 5 })
        return grants.map(({ key }) => key.slice('grant:'.length))
      }
    })

    await t.test('N23: bad Host, Origin', async t => {
      const port = new URL(origin).port
      const hosts = [
        ...[
          'evil.example',
          `evil.example:${port}`,
          'mcp.acme.example.evil.example',
          'mcp.acme.example@evil.example',
        ],
        ...[
          'evil.example#mcp.acme.example',
          'localhost.evil.example',
          `localhost:${port}x`,

          '',
        ],
        ...[
          `127.0.0.1:${Number(port) + 1}`,
          '0.0.0.0',
          `127.1:${port}`,
          'mcp.acme.example, evil.example',
          '[::]',
          '%6dcp',
        ],
      ]
      const targets = [
        ...['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server'],
        ...[
          '/.well-known/openid-configuration',
          '/oauth/authorize?client_id=x',
          '/oauth/sign-in',
          '/oauth/consent',
        ],
        ...['/authorize', '/connections', '/oauth/callback'],
      ]
      for (const host of hosts) {
        const { status, headers, body } = await list([['Host', host], bearer(owner.accessToken)])
        t.ok(status === 403 || status === 400, `${status} /mcp ${host}`)
        t.notMatch(body, /"result"/)
        t.notMatch(JSON.stringify(headers), /evil/)
        for (const target of targets) {
          const answer = await ask(origin, target, [['Host', host]])
          t.ok(answer.status === 403 || answer.status === 400, `${answer.status} ${target} ${host}`)
          t.notMatch(JSON.stringify(answer), /evil|"issuer"|<form/)
        }
        for (const target of ['/oauth/token', '/oauth/register', '/oauth/revoke', '/register', '/token']) {
          const type = target.includes('regist') ? 'application/json' : 'application/x-www-form-urlencoded'
          const answer = await ask(
            origin,
            target,
            [
              ['Host', host],
              ['Content-Type', type],
            ],
            '{}',
          )
          t.ok(answer.status === 403 || answer.status === 400, `${answer.status} ${target} ${host}`)
          t.notMatch(answer.body, /client_id|access_token/)
        }
      }
      const two = await list([
        ['Host', 'evil.example'],
        ['Host', `127.0.0.1:${port}`],
        bearer(owner.accessToken),
      ])
      t.equal(two.status, 403, 'two hosts')
      const absolute = [
        `GET http://evil.example${targets[1]} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        'Connection: close',
      ]
      t.notMatch(
        JSON.stringify(await sendRaw(origin, absolute)),
        /evil\.example/,
        'a host in the request line',
      )
      for (const value of [
        ...[
          'https://evil.example',
          'null',
          'https://mcp.acme.example.evil.example',
          'http://mcp.acme.example',
        ],
        ...[
          'https://mcp.acme.example:444',
          'file://',
          'chrome-extension://x',
          'https://mcp.acme.example/',
          '',
        ],
        ...['http://localhost.evil.example', 'https://mcp.acme.example, https://evil.example'],
      ]) {
        const answer = await list([['Origin', value], bearer(owner.accessToken)])
        t.equal(answer.status, 403, `Origin ${value}`)
        t.equal(headerOf(answer, 'access-control-allow-origin'), undefined)
      }
    })

    await t.test(
      'N24: spoofed X-Forwarded-Host and its kin leave metadata and challenges unchanged',
      async t => {
        const names = [
          ...[
            'X-Forwarded-Host',
            'X-Forwarded-Proto',
            'X-Forwarded-Port',
            'X-Forwarded-Prefix',
            'X-Forwarded-Server',
          ],
          ...[
            'X-Original-Host',
            'X-Host',
            'X-Forwarded-Scheme',
            'X-Url-Scheme',
            'X-Original-Url',
            'X-Rewrite-Url',
          ],
          ...[
            'X-HTTP-Host-Override',
            'Front-End-Https',
            'X-Forwarded-Path',
            'X-Script-Name',
            'Via',
            'CF-Visitor',
          ],
        ]
        const sets = [
          names.map(
            name =>
              [name, name.endsWith('Proto') || name.endsWith('Scheme') ? 'http' : 'evil.example'] as const,
          ),
          [['Forwarded', 'host=evil.example;proto=http;for=192.0.2.1;by=evil.example']],
          [
            ['X-Forwarded-Host', 'evil.example'],
            ['X-Forwarded-Host', 'evil.example'],
          ],
          [
            ['X-Forwarded-Host', 'evil.example, mcp.acme.example'],
            ['X-Forwarded-Proto', 'javascript'],
          ],
        ] as const
        const metadata = [
          ...['', '/mcp', OTHER].map(path => `/.well-known/oauth-protected-resource${path}`),
          ...['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
          ...[
            '/.well-known/oauth-authorization-server/mcp',
            '/.well-known/jwks.json',
            '/mcp',
            OTHER,
            '/nothing',
          ],
          ...['/oauth/authorize?client_id=nobody', '/connections'],
        ]
        const said = async (
          headers: readonly (readonly [string, string])[],
          target: string,
          body?: string,
        ) => {
          const answer = await ask(origin, target, [...JSON_HEADERS, ...headers], body)
          const kept = answer.headers.filter(([name]) => !['date', 'content-length'].includes(name))
          const text = answer.body.replace(/request <code>[\w-]+<\/code>/, '')
          return { status: answer.status, headers: kept, body: text.replace(/"requestId":"[^"]+"/, '') }
        }
        for (const headers of sets) {
          for (const target of metadata) {
            const answer = await said(headers, target)
            t.strictSame(answer, await said([], target), target)
            t.notMatch(JSON.stringify(answer), /evil|192\.0\.2\.1/)
          }
          for (const path of ['/mcp', OTHER])
            t.strictSame(await said(headers, path, LIST), await said([], path, LIST), `challenge of ${path}`)
        }
        // The way of a browser: cookies stay Secure and `__Host-`, and nothing leads elsewhere.
        const url = authorizeUrl(await register(node), pkce().challenge)
        for (const headers of sets) {
          const answer = await ask(origin, url.slice(PUBLIC_URL.length), headers)
          t.match(headerOf(answer, 'set-cookie'), /^__Host-.*; Secure/)
          t.notMatch(JSON.stringify(answer.headers), /evil/)
        }
      },
    )

    await t.test('fuzz: every challenge parses, whatever was sent', async t => {
      const weak = await connect(gateway, { parameters: { scope: 'read:contacts' } })
      const bytes = fc
        .uint8Array({ maxLength: 60 })
        .map(all => Buffer.from(all.filter(byte => ![0, 10, 13].includes(byte))).toString('latin1'))
      const credential = fc.oneof(
        bytes.map(text => `Bearer ${text}`),
        fc
          .tuple(fc.constantFrom('Bearer', 'bearer', 'Basic', 'DPoP', 'Negotiate', ''), bytes)
          .map(parts => parts.join(' ')),
        fc.constantFrom(
          `Bearer ${weak.accessToken}`,
          `Bearer ${sign()}x`,
          'Bearer "',
          'Bearer \\',
          'Bearer a,Bearer b',
        ),
        bytes,
      )
      const header = fc.oneof(
        credential.map(value => ['Authorization', value] as const),
        fc.tuple(
          fc.constantFrom('Email', 'Token', 'Origin', 'X-Forwarded-Host', 'MCP-Protocol-Version', 'Accept'),
          bytes,
        ),
      )
      const tool = fc.oneof(
        fc.constantFrom('acme_delete_invoice', 'acme_list_invoices', 'acme_send_invoice', 'nothing'),
        fc.string({ unit: anyCharacter, maxLength: 20 }),
      )
      const message = fc.oneof(
        tool.map(name =>
          JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }),
        ),
        fc.string({ unit: anyCharacter, maxLength: 40 }),
        fc.constant(LIST),
      )
      const [path, own] = [fc.constantFrom('/mcp', OTHER, '/mcp?x', '/api/v1/invoices'), fc.boolean()]
      const seen = new Map<number, number>()
      await fc.assert(
        fc.asyncProperty(
          fc.array(header, { maxLength: 3 }),
          message,
          path,
          own,
          async (headers, body, at, isOwn) => {
            const first = isOwn ? [bearer(weak.accessToken)] : []
            const answer = await ask(origin, at, [...JSON_HEADERS, ...first, ...headers], body)
            seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
            checkChallenge(answer)
            return answer.status >= 200 && answer.status < 500
          },
        ),
        { numRuns: 400 },
      )
      t.ok((seen.get(401) ?? 0) > 50, JSON.stringify([...seen]))
      for (const scopes of ['acme_delete_invoice', 'acme_send_invoice']) {
        const { status, headers } = await call(weak.accessToken, scopes, { id: 'x' })
        t.equal(status, 403)
        t.ok(challengeOf(headers))
      }
    })

    await t.test('fuzz: token strings: nothing but 4xx', async t => {
      const near = fc
        .tuple(
          fc.constantFrom(owner.accessToken, owner.refreshToken, owner.code, sign(), 'acme_pat_x', SERVICE),
          fc.nat(80),
          fc.uint8Array({ minLength: 1, maxLength: 6 }),
          fc.nat(3),
        )
        .map(([token, at, all, how]) => {
          const noise = Buffer.from(all.filter(byte => ![0, 10, 13].includes(byte))).toString('latin1') || '!'
          if (how === 0) return token.slice(0, at % token.length)
          if (how === 1) return token.slice(0, at) + noise + token.slice(at)
          if (how === 2) return `${token}${noise.trim() || '!'}${token}`
          return noise + token.slice(at % token.length)
        })
        .filter(token => token.trim() !== owner.accessToken)
      await fc.assert(
        fc.asyncProperty(near, async token => {
          const answer = await list([bearer(token)])
          if (answer.status === 401) checkChallenge(answer)
          const asRefresh = await refresh(node, { clientId: owner.clientId, refreshToken: `${token}\u00e9` })
          const asCode = await redeem(node, { ...owner, code: `${token}\u00e9` })
          const isRefused = (status: number) => status >= 400 && status < 500
          return [answer.status, asRefresh.status, asCode.status].every(isRefused)
        }),
        { numRuns: 150 },
      )
      t.equal(await statusOf(node, owner.accessToken), 200, 'and nothing of it ended anything')
      t.equal((await refresh(node, owner)).status, 200)
    })
  })

function headerOfJwt(token: string): string {
  return Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()
}

/** A 401 has one challenge that parses; RFC 6750 section 3 says what its values are made of. */
function checkChallenge(answer: RawAnswer): void {
  const { status, headers } = answer
  const lines = headers.filter(([name]) => name === 'www-authenticate')
  if (status === 401 && lines.length !== 1) throw new Error(`401 with ${lines.length} challenges`)
  for (const [, line] of lines)
    for (const { parameters } of parseChallenges(line))
      for (const [name, value] of Object.entries(parameters))
        if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value)) throw new Error(`${name} of ${line}`)
}
