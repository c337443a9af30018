/** N74, N77–N79: the registration endpoint is open to everybody, so everybody may send it everything, at any rate. */
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Records } from '../../../src/store/records.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { anyCharacter } from '../../any-character.ts'
import { startRedis } from '../../store/start-redis.ts'
import {
  CLAUDE_CALLBACK,
  connect,
  type OAuthDoor,
  postForm,
  STORES,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { plain } from './answers.ts'
import { authorize, freshAddress } from './documents-site.ts'
import { headerOf, sendRaw } from './raw-http.ts'

const GOOD = { client_name: 'Tool', redirect_uris: [CLAUDE_CALLBACK] }
const ADDRESSES = ['/oauth/register', '/register']
/** Largest body of the authorization server's addresses, in bytes. */
const LIMIT = 65_536

interface Registered {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** Posts a body to the registration endpoint from an address that asked for nothing yet. */
async function post(
  { origin }: OAuthDoor,
  body: string | Uint8Array<ArrayBuffer>,
  from = freshAddress(),
  path = '/oauth/register',
): Promise<Registered> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': from }
  const answer = await fetch(origin + path, { method: 'POST', headers, body })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) }
}

const CONFIG = { trustedProxies: ['127.0.0.1'], failedSignIns: false }

for (const store of STORES) {
  const skip = withoutStore(store)

  t.test(`what programs register (${store})`, { skip }, async t => {
    const { node, nodes } = await startGateway(t, { store, config: CONFIG })

    await t.test('N74: a private JWK, or a secret that the client brings along', async t => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const [own, shown] = [privateKey.export({ format: 'jwk' }), publicKey.export({ format: 'jwk' })]
      const proof = { token_endpoint_auth_method: 'private_key_jwt' }
      for (const changes of [
        { ...proof, jwks: { keys: [own] } },
        { ...proof, jwks: { keys: [shown, own] } },
        { ...proof, jwks: { keys: [{ ...shown, d: null }] } },
        { ...proof, jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
        { ...proof, jwks: { keys: [{ kty: 'oct' }] } },
        { ...proof, jwks: own },
        { ...proof, jwks: { keys: [shown] }, jwks_uri: 'https://tool.example/keys' },
        { ...proof, jwks_uri: 'https://169.254.169.254/keys' },
        { ...proof, jwks_uri: 'http://tool.example/keys' },
        { ...proof, jwks_uri: 'file:///etc/passwd' },
        proof,
        { token_endpoint_auth_method: 'client_secret_jwt' },
        { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
      ]) {
        const { status, body } = await post(node, JSON.stringify({ ...GOOD, ...changes }))
        t.match(
          { status, ...body },
          { status: 400, error: 'invalid_client_metadata' },
          JSON.stringify(changes),
        )
        t.notMatch(JSON.stringify(body), String(own.d))
      }
      const brought = {
        ...GOOD,
        client_id: 'cli_mine',
        client_secret: 'my-own-s3cret',
        client_id_issued_at: 1,
      }
      const secret = { ...brought, token_endpoint_auth_method: 'client_secret_post' }
      for (const metadata of [brought, secret]) {
        const { status, body } = await post(node, JSON.stringify(metadata))
        t.equal(status, 201)
        t.not(body.client_id, 'cli_mine', 'nobody chooses an id')
        t.not(body.client_secret, 'my-own-s3cret', 'nor a secret')
      }
    })

    await t.test('N78: control bytes, in names, redirects, scopes and the bytes themselves', async t => {
      const text = JSON.stringify(GOOD)
      const bytes = (from: string, to: readonly number[]) => {
        const [before = '', after = ''] = text.split(from)
        return Buffer.concat([Buffer.from(before), Buffer.from(to), Buffer.from(after)])
      }
      const controls = [
        '\u0000',
        '\u0007',
        '\b',
        '\t',
        '\n',
        '\r\n',
        '\u001b[2J',
        '\u007f',
        '\u0085',
        '\u009b',
      ]
      const unseen = [
        '\u200b',
        '\u200e',
        '\u202e',
        '\u2066',
        '\u2028',
        '\ufeff',
        '\ud800',
        '\u{e0041}',
        '\u00ad',
      ]
      for (const sign of [...controls, ...unseen]) {
        const named = JSON.stringify({ ...GOOD, client_name: `To${sign}ol` })
        const { status, body } = await post(node, named)
        // A tab or a line end between words may be read as the space that it stands for.
        if (status === 201) t.match(body.client_name, /^[ -~]+$/, plain(sign))
        else t.match({ status, ...body }, { status: 400, error: 'invalid_client_metadata' }, plain(sign))
      }
      for (const sign of [...controls, ' ', '\\', '"', '<']) {
        for (const redirect of [
          `${CLAUDE_CALLBACK}${sign}`,
          `${sign}${CLAUDE_CALLBACK}`,
          `https://claude.ai${sign}/api/mcp/auth_callback`,
          `http://localhost/call${sign}back`,
        ]) {
          const { status, body } = await post(node, JSON.stringify({ ...GOOD, redirect_uris: [redirect] }))
          t.match({ status, ...body }, { status: 400, error: 'invalid_redirect_uri' }, plain(redirect))
        }
        if (sign === ' ' || sign === '<') continue
        const { status } = await post(node, JSON.stringify({ ...GOOD, scope: `read:x${sign}y` }))
        t.equal(status, 400, `scope ${plain(sign)}`)
      }
      for (const [what, body] of [
        ['a raw NUL', bytes('Tool', [0])],
        ['a raw line end', bytes('Tool', [0x0a])],
        ['a raw escape', bytes('Tool', [0x1b])],
        ['an overlong slash', bytes('auth_callback', [0xc0, 0xaf])],
        ['NUL after it', Buffer.from(`${text}\u0000`)],
        ['NUL before it', Buffer.from(`\u0000${text}`)],
        ['UTF-16', Buffer.from(text, 'utf16le')],
      ] as const) {
        const { status, headers, body: said } = await post(node, Uint8Array.from(body))
        t.equal(status, 400, what)
        t.match(said.error, /^invalid_(?:client_metadata|redirect_uri)$/)
        t.match(said.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, 'what is told is plain')
        t.equal(headers.get('cache-control'), 'no-store')
      }
    })

    await t.test('N79: an oversized body is 413, however its size is told', async t => {
      const { origin } = node
      const padded = (size: number) => {
        const bare = JSON.stringify({ ...GOOD, padding: '' }).length
        return JSON.stringify({ ...GOOD, padding: 'x'.repeat(size - bare) })
      }
      for (const path of ADDRESSES) {
        const whole = await post(node, padded(LIMIT), freshAddress(), path)
        t.equal(whole.status, 201, `${path}: just as large as is taken`)
        const { status, headers, body } = await post(node, padded(LIMIT + 1), freshAddress(), path)
        t.match(
          { status, ...body },
          { status: 413, error: 'invalid_request', error_description: /large/ },
          path,
        )
        t.equal(headers.get('cache-control'), 'no-store')
        t.match(headers.get('content-type'), /^application\/json/)
      }
      const inside = 'GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: localhost\r\n\r\n'
      const types: readonly (readonly [string, string])[] = [
        ...ADDRESSES.map(path => [path, 'application/json'] as const),
        ...['/oauth/token', '/token', '/oauth/revoke', '/oauth/introspect'].map(
          path => [path, 'application/x-www-form-urlencoded'] as const,
        ),
      ]
      for (const [path, type] of types) {
        const head = [`POST ${path} HTTP/1.1`, `Host: ${new URL(origin).host}`, `Content-Type: ${type}`]
        const told = await sendRaw(origin, [...head, `Content-Length: ${1e9}`], inside)
        t.match(
          told,
          { status: 413, answers: 1 },
          `${path}: refused by what it says, and nothing in it is read`,
        )
        t.equal(headerOf(told, 'connection'), 'close')
        const chunk = `1000\r\n${inside}${'x'.repeat(0x1000 - inside.length)}\r\n`
        const streamed = await sendRaw(origin, [...head, 'Transfer-Encoding: chunked'], chunk.repeat(20))
        t.match(streamed, { status: 413, answers: 1 }, `${path}: in pieces without end`)
        t.equal(headerOf(streamed, 'connection'), 'close')
        const both = ['Content-Length: 5', 'Transfer-Encoding: chunked']
        const mixed = await sendRaw(origin, [...head, ...both], `0\r\n\r\n${inside}`)
        t.ok(mixed.status === 400 && mixed.answers === 1, `${path}: two lengths are none`)
      }
      t.equal((await fetch(`${origin}/.well-known/oauth-authorization-server`)).status, 200, 'and it goes on')
    })

    await t.test('fuzz: any registration is 201 or 400, and what is taken can be asked for', async t => {
      const member = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(
          ...[[CLAUDE_CALLBACK], ['http://127.0.0.1:9/x'], ['https://evil.example/'], 'none', 'Tool'],
        ),
        fc.string({ unit: anyCharacter, maxLength: 80 }),
      )
      const name = fc.oneof(
        fc.constantFrom(
          ...['client_name', 'redirect_uris', 'token_endpoint_auth_method', 'grant_types', 'response_types'],
          ...[
            'scope',
            'jwks',
            'jwks_uri',
            'client_id',
            'software_statement',
            '__proto__',
            'application_type',
          ],
        ),
        fc.string({ maxLength: 8 }),
      )
      const changes = fc.dictionary(name, member, { maxKeys: 4 })
      const body = fc.oneof(
        { weight: 4, arbitrary: changes.map(changed => JSON.stringify({ ...GOOD, ...changed })) },
        { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
        { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 60 }) },
      )
      let taken = 0
      await fc.assert(
        fc.asyncProperty(body, async text => {
          const { status, body: answer } = await post(node, text)
          if (status !== 201) return status === 400 && typeof answer.error === 'string'
          taken++
          const known = await authorize(node, String(answer.client_id), {
            parameters: { redirect_uri: [answer.redirect_uris].flat().map(String)[0] ?? '' },
          })
          return known.isTaken && !known.isSentAway && !known.text.includes('evil.example')
        }),
        { numRuns: 100 },
      )
      t.ok(taken > 10, `${taken} were taken`)
      t.equal(nodes.length, 1)
    })
  })

  t.test(`N77: registration flood and reaping (${store})`, { skip }, async t => {
    const registration = { perAddress: 5, most: 30, unused: '60s' }
    const redis = store === 'redis' ? await startRedis(t) : undefined
    const path = join(t.testdir(), 'postern.db')
    const gateway = await startGateway(t, {
      ...{ store, path, nodes: 2, config: CONFIG, oauth: { registration } },
      ...(redis !== undefined && { redis }),
    })
    const { nodes } = gateway
    const at = (index: number) => nodes[index % nodes.length] ?? gateway.node
    const kept = await connect(gateway)

    const fromOne = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(at(index), JSON.stringify(GOOD), '203.0.113.7')),
    )
    t.strictSame(count(fromOne, 201), 5, 'N77: one address, on all instances together')
    const pieces = ['2001:db8:1:1::1', '2001:db8:1:1::2', '2001:db8:1:1:ffff::3', '2001:db8:1:1::4']
    const fromNetwork = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(at(index), JSON.stringify(GOOD), pieces[index % 4])),
    )
    t.strictSame(count(fromNetwork, 201), 5, 'N77: a /64 is one customer')
    const bad = await Promise.all(
      Array.from({ length: 40 }, () => post(at(0), JSON.stringify({ ...GOOD, redirect_uris: ['x:y'] }))),
    )
    t.equal(count(bad, 400), 40, 'N77: what is refused uses up nobody’s place')

    const flood = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        post(at(index), JSON.stringify({ ...GOOD, client_name: 'Flood' })),
      ),
    )
    const all = [...fromOne, ...fromNetwork, ...flood]
    t.equal(count(all, 201), 29, 'N77: everybody together, with the one that was connected before')
    for (const { status, headers, body } of all.filter(answer => answer.status !== 201)) {
      t.match({ status, ...body }, { status: 429, error: 'invalid_request' })
      t.match(headers.get('retry-after'), /^[1-9]\d*$/)
      t.notOk('client_id' in body)
    }

    const unused = all.flatMap(({ body }) => (typeof body.client_id === 'string' ? [body.client_id] : []))
    const [one = ''] = unused
    t.equal((await authorize(at(1), one)).isTaken, true, 'N77: known until then')
    await showsReaping(t, { gateway, kept: kept.clientId, unused, path, url: redis?.url })
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: kept.refreshToken,
      client_id: kept.clientId,
    }
    t.equal((await postForm(at(1), '/oauth/token', refresh)).status, 200, 'N77: who is connected stays')
  })
}

function count(answers: readonly Registered[], status: number): number {
  return answers.filter(answer => answer.status === status).length
}

interface Reaping {
  readonly gateway: Awaited<ReturnType<typeof startGateway>>
  readonly kept: string
  readonly unused: readonly string[]
  /** Of SQLite. */
  readonly path: string
  /** Of Redis; undefined where it is SQLite. */
  readonly url: string | undefined
}

/** That what nobody connected goes by itself: in SQLite for whom it is later, in Redis by a life that it was given. */
async function showsReaping(t: Test, { gateway, kept, unused, path, url }: Reaping): Promise<void> {
  const { store } = gateway.node.app
  const clients = async (opened: Records) => {
    const page = await opened.pageRecords({ kind: 'client', list: 'registered', limit: 100 })
    return page.map(({ key }) => key.slice('client:'.length)).sort()
  }
  t.strictSame(await clients(store), [kept, ...unused].sort())
  if (url === undefined) {
    for (const [later, expected] of [
      [0, [kept, ...unused].sort()],
      [61_000, [kept]],
    ] as const) {
      const opened = openSqliteStore(path, () => Date.now() + later)
      t.strictSame(await clients(opened), expected, `N77: after ${later} ms`)
      t.equal((await opened.getRecord(`client:${unused[0]}`)) === undefined, later > 0)
      await opened.close()
    }
    return
  }
  const redis = new Redis(url)
  t.teardown(() => redis.disconnect())
  const keys = await redis.keys('*record:client:*')
  t.equal(keys.length, unused.length + 1)
  for (const key of keys) {
    const life = await redis.pttl(key)
    if (key.endsWith(kept)) t.equal(life, -1, 'N77: who was connected stays')
    else t.ok(life > 0 && life <= 60_000, `N77: and everybody else ends by itself, in ${life} ms`)
  }
}
