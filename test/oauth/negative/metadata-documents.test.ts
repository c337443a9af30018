/** N66–N76: whoever owns a domain names a client by a URL there, and its DNS, server and document are the attacker's. */
import { generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { anyCharacter } from '../../any-character.ts'
import { createKey, signText } from '../../auth/jwt/issuer.ts'
import { json, PUBLIC_ADDRESS } from '../clients/fixtures.ts'
import { CLAUDE_CALLBACK, PUBLIC_URL, postForm, STORES, withoutStore } from '../gateway.ts'
import {
  addresses,
  answerTruly,
  authorize,
  type DocumentsSite,
  documentOf,
  freshAddress,
  startDocumentsSite,
} from './documents-site.ts'

const REFUSED = { isTaken: false, isSentAway: false }

for (const store of STORES)
  t.test(`clients named by a URL (${store})`, { skip: withoutStore(store) }, async t => {
    const site = await startDocumentsSite(t, store)
    const { gateway, server, dns, reached, setRouted } = site
    const { node } = gateway
    const ask = (url: string) => authorize(node, url)
    t.beforeEach(() => {
      answerTruly(server)
      dns.answer = async () => addresses(PUBLIC_ADDRESS)
      setRouted(true)
    })

    await t.test('N66: client_id mismatch: the document must name itself, to the letter', async t => {
      const url = 'https://n66.docs.example/client.json'
      for (const client_id of [
        undefined,
        null,
        '',
        1,
        [url],
        { url },
        'https://n66.docs.example/other.json',
        'https://claude.ai/oauth/mcp-oauth-client-metadata',
        `${url}/`,
        `${url}#`,
        `${url}?`,
        ` ${url}`,
        `${url}\n`,
        url.toUpperCase(),
        'https://N66.docs.example/client.json',
        'https://n66.docs.example:443/client.json',
        'https://n66.docs.example./client.json',
        'https://n66.docs.example/%63lient.json',
        'https://n66.docs.example//client.json',
        'http://n66.docs.example/client.json',
      ]) {
        server.answer = json(documentOf(url, { client_id }))
        const verdict = await ask(url)
        t.match(verdict, { status: 400, ...REFUSED, text: /client_id is not the URL/ }, String(client_id))
      }
      server.answer = json(
        `{"client_id":"https://evil.example/x",${JSON.stringify(documentOf(url)).slice(1)}`,
      )
      t.match(await ask(url), { status: 400, ...REFUSED }, 'named twice, of which parsers take one')
      server.answer = json([documentOf(url)])
      t.match(await ask(url), { status: 400, ...REFUSED }, 'within a list')
      answerTruly(server)
      t.match(await ask(url), { isTaken: true, isSentAway: false }, 'and as it should be it is taken')
    })

    await t.test('N67: no URL but https with a path, in the one spelling: DNS is not asked', async t => {
      const before = [dns.names.length, server.connections()]
      for (const id of [
        'http://n67.docs.example/client.json',
        'HTTPS://n67.docs.example/client.json',
        'https:/n67.docs.example/client.json',
        'https:n67.docs.example/client.json',
        'https:\\\\n67.docs.example/client.json',
        'https://n67.docs.example',
        'https://n67.docs.example/',
        'https://n67.docs.example/a/../client.json',
        'https://n67.docs.example/./client.json',
        'https://n67.docs.example/a/%2e%2e/client.json',
        'https://n67.docs.example/a/.%2E/client.json',
        'https://n67.docs.example/..',
        'https://n67.docs.example/.',
        'https://user@n67.docs.example/client.json',
        'https://user:pass@n67.docs.example/client.json',
        'https://@n67.docs.example/client.json',
        'https://claude.ai@n67.docs.example/client.json',
        'https://claude.ai%40n67.docs.example/client.json',
        'https://n67.docs.example/client.json#a',
        'https://n67.docs.example/client.json?a=b',
        'https://n67.docs.example\\@claude.ai/client.json',
        'https://n67.docs.example/\\client.json',
        'https://n67.docs.example:8443/client.json',
        'https://n67.docs.example:443/client.json',
        'https://N67.docs.example/client.json',
        'https://n67.docs.example./client.json',
        'https://n67。docs.example/client.json',
        'https://ｎ67.docs.example/client.json',
        'https://n67%2edocs.example/client.json',
        'https://n67_.docs.example/client.json',
        'https://.docs.example/client.json',
        'https://*.docs.example/client.json',
        'https://localhost/client.json',
        'https://redis/client.json',
        'https://127.0.0.1/client.json',
        'https://2130706433/client.json',
        'https://0x7f000001/client.json',
        'https://0x7f.0.0.1/client.json',
        'https://127.1/client.json',
        'https://0177.0.0.1/client.json',
        'https://169.254.169.254/latest',
        'https://[::1]/client.json',
        'https://[::ffff:127.0.0.1]/client.json',
        'https://n67.docs.example/cli\tent.json',
        'https://n67.docs.example/cli\nent.json',
        'https://n67.docs.example/client.json ',
        ' https://n67.docs.example/client.json',
        'https://n67.docs.example/client.json\u0000',
        'https://n67.docs.example/ü',
        `https://n67.docs.example/${'x'.repeat(600)}`,
        'ftp://n67.docs.example/client.json',
        'file:///etc/passwd',
        'data:application/json,{}',
      ]) {
        const verdict = await ask(id)
        t.match(verdict, REFUSED, id)
        t.ok(verdict.status === 400 || verdict.status === 401, `${verdict.status} ${id}`)
        const form = { grant_type: 'authorization_code', client_id: id, code: 'x', code_verifier: 'x' }
        const { status } = await postForm(node, '/oauth/token', form, { 'x-forwarded-for': freshAddress() })
        t.ok(status === 400 || status === 401, `token endpoint: ${status} ${id}`)
      }
      t.strictSame([dns.names.length, server.connections()], before, 'nothing was looked for anywhere')
    })

    await t.test('N68: a response that redirects is not followed', async t => {
      const url = 'https://n68.docs.example/client.json'
      const before = server.requests.length
      const targets = [
        'https://n68-other.docs.example/client.json',
        '/client.json?again',
        'http://127.0.0.1/',
        'https://169.254.169.254/latest/meta-data/',
        '//n68-other.docs.example/client.json',
      ]
      let sent = 0
      for (const status of [300, 301, 302, 303, 307, 308])
        for (const location of targets) {
          const body = JSON.stringify(documentOf(url))
          server.answer = (_request, response) =>
            response
              .writeHead(status, {
                location,
                'content-type': 'application/json',
                refresh: `0;url=${location}`,
              })
              .end(body)
          t.match(await ask(url), { status: 400, ...REFUSED, text: /redirects/ }, `${status} ${location}`)
          sent++
        }
      const asked = server.requests.slice(before)
      t.equal(asked.length, sent, 'one request each')
      t.ok(
        asked.every(request => request.url === '/client.json' && request.headers.host === 'n68.docs.example'),
      )
      t.notOk(dns.names.includes('n68-other.docs.example'))
    })

    await t.test('N69: over 5 KB streamed: no more is read, whatever is said of its length', async t => {
      const url = 'https://n69.docs.example/client.json'
      const ofSize = (size: number) => {
        const bare = JSON.stringify(documentOf(url, { padding: '' })).length
        return JSON.stringify(documentOf(url, { padding: 'x'.repeat(size - bare) }))
      }
      server.answer = json(ofSize(5_120))
      t.match(await ask(url), { isTaken: true }, 'just as large as is taken')

      const large = 'https://n69.docs.example/large.json'
      for (const [what, headers] of [
        ['without a length', {}],
        ['with its length', { 'content-length': '5121' }],
      ] as const) {
        server.answer = (_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json', ...headers })
          const body = ofSize(5_121)
          response.write(body.slice(0, 100))
          response.end(body.slice(100))
        }
        t.match(await ask(large), { status: 400, ...REFUSED, text: /could not be fetched/ }, what)
      }

      let sent = 0
      const stopped = Promise.withResolvers<void>()
      server.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.on('close', stopped.resolve)
        const more = () => {
          sent += 1_024
          if (!response.destroyed) response.write(' '.repeat(1_024), more)
        }
        more()
      }
      t.match(await ask(large), { status: 400, ...REFUSED }, 'without an end')
      await stopped.promise
      t.ok(sent < 8 * 1_024 * 1_024, `cut off after ${sent} bytes, most of them in buffers`)

      server.answer = json(documentOf(large), { 'content-encoding': 'gzip' })
      t.match(await ask(large), { status: 400, ...REFUSED }, 'compressed, which can be of any size')
      server.answer = json(documentOf(large), { 'x-padding': 'x'.repeat(20_000) })
      t.match(await ask(large), { status: 400, ...REFUSED }, 'headers without measure')
    })

    await t.test('N70: slow body, headers, names: the time is bounded for all of it', async t => {
      const url = (name: string) => `https://n70.docs.example/${name}.json`
      const trickle = (response: ServerResponse, headers: boolean) => {
        if (headers) response.writeHead(200, { 'content-type': 'application/json' })
        const timer = setInterval(() => (headers ? response.write(' ') : response.writeProcessing()), 50)
        response.on('close', () => clearInterval(timer))
      }
      server.answer = (request, response) => {
        if (request.url === '/body.json') trickle(response, true)
        if (request.url === '/headers.json') trickle(response, false)
      }
      dns.answer = async name => {
        if (name === 'n70-name.docs.example') await new Promise(() => {})
        return addresses(PUBLIC_ADDRESS)
      }
      const slow = ['body', 'headers', 'silence'].map(url)
      const verdicts = await Promise.all([...slow, 'https://n70-name.docs.example/client.json'].map(ask))
      for (const verdict of verdicts)
        t.match(verdict, { status: 400, ...REFUSED, text: /could not be fetched/ })
      answerTruly(server)
      t.match(await ask(url('body')), { isTaken: true }, 'and nothing of it stays')
    })

    await t.test('N71: addresses that are not public: zero TCP connects', async t => {
      const hostile: readonly (readonly string[])[] = [
        ['127.0.0.1'],
        ['127.255.255.254'],
        ['0.0.0.0'],
        ['10.0.0.1'],
        ['172.16.0.1'],
        ['172.31.255.255'],
        ['192.168.1.1'],
        ['100.64.0.1'],
        ['100.127.255.255'],
        ['169.254.169.254'],
        ['192.0.0.1'],
        ['192.0.2.1'],
        ['198.18.0.1'],
        ['198.51.100.1'],
        ['203.0.113.1'],
        ['224.0.0.1'],
        ['240.0.0.1'],
        ['255.255.255.255'],
        ['::'],
        ['::1'],
        ['::127.0.0.1'],
        ['::ffff:127.0.0.1'],
        ['::ffff:7f00:1'],
        ['::ffff:a9fe:a9fe'],
        ['::ffff:0:127.0.0.1'],
        ['64:ff9b::127.0.0.1'],
        ['64:ff9b::a9fe:a9fe'],
        ['64:ff9b:1::7f00:1'],
        ['2002:7f00:1::1'],
        ['2001::1'],
        ['2001:db8::1'],
        ['100::1'],
        ['fc00::1'],
        ['fd00:ec2::254'],
        ['fe80::1'],
        ['fe80::1%lo'],
        ['fec0::1'],
        ['ff02::1'],
        ['4000::1'],
        [PUBLIC_ADDRESS, '127.0.0.1'],
        ['127.0.0.1', PUBLIC_ADDRESS],
        [PUBLIC_ADDRESS, '::ffff:10.0.0.1'],
        ['not an address'],
        ['127.1'],
        ['0x7f000001'],
        [],
      ]
      const url = (index: number) => `https://n71-${index}.docs.example/client.json`
      const before = [server.connections(), reached.length]
      for (const isRouted of [true, false]) {
        setRouted(isRouted)
        const tried = isRouted ? undefined : t.capture(Socket.prototype, 'connect', Socket.prototype.connect)
        for (const [index, all] of hostile.entries()) {
          dns.answer = async () => addresses(...all)
          const verdict = await ask(url(index))
          t.match(verdict, { status: 400, ...REFUSED, text: /could not be fetched/ }, all.join())
          for (const address of all)
            t.notOk(
              address.length > 3 && verdict.text.includes(address),
              'and DNS is not read out to strangers',
            )
        }
        const names = (tried?.() ?? []).map(({ args }) => JSON.stringify(args)).join()
        t.notMatch(names, /docs\.example/, 'no socket was even asked to connect')
      }
      t.strictSame([server.connections(), reached.length], before, 'the listener saw nothing')

      // The same for the keys of a client, fetched while it says at the token endpoint who it is.
      setRouted(true)
      const client = 'https://n71-keys.docs.example/client.json'
      server.answer = json(
        documentOf(client, {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: 'https://n71-jwks.docs.example/keys',
        }),
      )
      dns.answer = async name => addresses(name.startsWith('n71-jwks') ? '127.0.0.1' : PUBLIC_ADDRESS)
      t.match(await ask(client), { isTaken: true })
      const seen = server.connections()
      const now = Math.floor(gateway.clock.now() / 1_000)
      const claims = { iss: client, sub: client, aud: PUBLIC_URL, iat: now, exp: now + 60, jti: 'x' }
      const assertion = signText('{"alg":"ES256","kid":"k"}', JSON.stringify(claims), createKey('k'))
      const answer = await postForm(node, '/oauth/token', {
        grant_type: 'authorization_code',
        code: 'x',
        code_verifier: 'x',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      })
      t.ok(answer.status === 400 || answer.status === 401, JSON.stringify(answer.body))
      t.ok(dns.names.includes('n71-jwks.docs.example'), 'its key set was looked for')
      t.equal(server.connections(), seen, 'and not fetched from there either')

      dns.answer = async () => addresses(PUBLIC_ADDRESS)
      answerTruly(server)
      t.match(await ask(url(0)), { isTaken: true }, 'the same name with a public address')
      t.equal(server.connections(), seen + 1, 'the listener would have seen it')
      t.equal(reached.at(-1), PUBLIC_ADDRESS)
    })

    await t.test('N72: DNS flips between check and connect: it is asked once, and that counts', async t => {
      const flip = (...answers: readonly string[]) => {
        let asked = 0
        dns.answer = async () => addresses(answers[Math.min(asked++, answers.length - 1)] ?? '')
        return () => asked
      }
      const before = [reached.length, server.connections()] as const
      const asked = flip(PUBLIC_ADDRESS, '127.0.0.1')
      t.match(await ask('https://n72.docs.example/client.json'), { isTaken: true })
      t.equal(asked(), 1, 'nobody asks again, so nobody is told otherwise')
      t.strictSame(reached.slice(before[0]), [PUBLIC_ADDRESS], 'connected to what was judged')
      t.equal(server.connections(), before[1] + 1)

      gateway.clock.advance(11 * 60_000)
      t.match(
        await ask('https://n72.docs.example/client.json'),
        { status: 400, ...REFUSED },
        'judged each time',
      )
      t.equal(server.connections(), before[1] + 1)

      const late = flip('127.0.0.1', PUBLIC_ADDRESS)
      t.match(await ask('https://n72-late.docs.example/client.json'), { status: 400, ...REFUSED })
      t.equal(late(), 1, 'nor is it asked until the answer suits')
      t.equal(server.connections(), before[1] + 1)
    })

    await t.test('N73: missing client_name', async t => {
      const url = 'https://n73.docs.example/client.json'
      for (const client_name of [
        undefined,
        null,
        '',
        7,
        [],
        {},
        ['Tool'],
        ' ',
        '\u200b',
        '\u202e',
        '\u0000',
      ]) {
        server.answer = json(documentOf(url, { client_name }))
        const verdict = await ask(url)
        t.match(verdict, { status: 400, ...REFUSED, text: /client_name/ }, JSON.stringify(client_name))
      }
      for (const redirect_uris of [undefined, null, [], {}, 'https://claude.ai/api/mcp/auth_callback', [7]]) {
        server.answer = json(documentOf(url, { redirect_uris }))
        t.match(await ask(url), { status: 400, ...REFUSED }, `redirect_uris ${JSON.stringify(redirect_uris)}`)
      }
      const localised = { client_name: undefined, 'client_name#en': 'Tool' }
      server.answer = json(documentOf(url, localised))
      t.match(await ask(url), { status: 400, ...REFUSED }, 'a name in a language is not the name')
    })

    await t.test('N74: shared-secret method or private JWK', async t => {
      const url = 'https://n74.docs.example/client.json'
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const [own, shown] = [privateKey.export({ format: 'jwk' }), publicKey.export({ format: 'jwk' })]
      const keys = (...all: readonly object[]) => ({
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: all },
      })
      for (const changes of [
        { token_endpoint_auth_method: 'client_secret_basic' },
        { token_endpoint_auth_method: 'client_secret_post' },
        { token_endpoint_auth_method: 'client_secret_jwt' },
        { token_endpoint_auth_method: 'tls_client_auth' },
        { token_endpoint_auth_method: 'NONE' },
        { token_endpoint_auth_method: ['none'] },
        { client_secret: 's3cret' },
        { client_secret: null },
        { client_secret_expires_at: 0 },
        { registration_access_token: 'x' },
        keys(own),
        keys(shown, own),
        keys({ ...shown, d: null }),
        keys({ ...shown, d: '' }),
        keys({ kty: 'oct', k: 'c2VjcmV0' }),
        keys({ kty: 'RSA', n: 'AQAB', e: 'AQAB', p: 'AQ' }),
        keys(),
        { token_endpoint_auth_method: 'private_key_jwt' },
        { ...keys(shown), jwks_uri: 'https://n74.docs.example/keys' },
        { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://n74.docs.example/keys' },
        { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://127.0.0.1/keys' },
      ]) {
        server.answer = json(documentOf(url, changes))
        const verdict = await ask(url)
        t.match(verdict, { status: 400, ...REFUSED }, JSON.stringify(changes))
        t.notMatch(verdict.text, String(own.d), 'and nothing private is shown')
      }
      server.answer = json(documentOf(url, keys(shown)))
      t.match(await ask(url), { isTaken: true }, 'a public key is taken')
    })

    await t.test('N75: errors never cached', async t => {
      const url = 'https://n75.docs.example/client.json'
      const lasting = { 'cache-control': 'public, max-age=86400, immutable' }
      const answering = (status: number) => (_request: IncomingMessage, response: ServerResponse) =>
        void response.writeHead(status, { 'content-type': 'application/json', ...lasting }).end('{}')
      const failures: readonly (readonly [string, DocumentsSite['server']['answer']])[] = [
        ...[404, 410, 500, 503, 301].map(status => [`status ${status}`, answering(status)] as const),
        ['no JSON', json('<html>', lasting)],
        ['cut off', (_request, response) => void response.destroy()],
        ['the wrong client_id', json(documentOf('https://n75.docs.example/other', {}), lasting)],
        ['no name', json(documentOf(url, { client_name: undefined }), lasting)],
        [
          'a secret method',
          json(documentOf(url, { token_endpoint_auth_method: 'client_secret_post' }), lasting),
        ],
        [
          'no redirect that is allowed',
          json(documentOf(url, { redirect_uris: ['https://evil.example/'] }), lasting),
        ],
        ['a string', json('"x"', lasting)],
        ['nothing', json('null', lasting)],
      ]
      for (const [index, [what, failure]] of failures.entries()) {
        const own = `https://n75-${index}.docs.example/client.json`
        server.answer = failure
        t.match(await ask(own), { status: 400, ...REFUSED }, what)
        answerTruly(server)
        t.match(await ask(own), { isTaken: true }, `${what}, and mended a moment later`)
        server.answer = failure
        t.match(await ask(own), { isTaken: true }, 'while what was good is kept')
      }
      const gone = 'https://n75-name.docs.example/client.json'
      dns.answer = () => Promise.reject(new Error('ENOTFOUND'))
      t.match(await ask(gone), { status: 400, ...REFUSED }, 'a name that is not there')
      dns.answer = async () => addresses(PUBLIC_ADDRESS)
      answerTruly(server)
      t.match(await ask(gone), { isTaken: true })
    })

    await t.test('N76: fetch rate limit per origin, whoever asks, and on all instances together', async t => {
      const [one, other] = gateway.nodes
      if (one === undefined || other === undefined) throw new Error('two nodes are needed')
      const before = server.requests.length
      server.answer = (_request, response) => void response.writeHead(404).end()
      const verdicts = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          authorize(index % 2 === 0 ? one : other, `https://n76.docs.example/${index}`),
        ),
      )
      const limited = verdicts.filter(({ status }) => status === 429)
      const reached = server.requests.length - before
      t.ok(reached > 0 && reached <= 60, `${reached} requests reached the origin`)
      t.equal(limited.length + verdicts.filter(({ status }) => status === 400 || status === 503).length, 100)
      t.ok(limited.length > 0)
      for (const verdict of limited) {
        t.match(verdict, REFUSED)
        t.match(verdict.headers.get('retry-after'), /^[1-9]\d*$/)
      }
      // Whatever may have been turned away for want of a place, the limit is used up now, on both.
      for (let index = 0; index < 70; index++) await authorize(one, `https://n76.docs.example/more-${index}`)
      t.ok(server.requests.length - before <= 60)
      t.equal((await authorize(other, 'https://n76.docs.example/other')).status, 429)
      answerTruly(server)
      t.match(await ask('https://n76-other.docs.example/client.json'), { isTaken: true }, 'others go on')
    })

    await t.test('N76: one address, and one who makes up origins', async t => {
      const from = freshAddress()
      const before = server.connections()
      const statuses: number[] = []
      for (let index = 0; index < 15; index++)
        statuses.push((await authorize(node, `https://n76-${index}.docs.example/x`, { from })).status)
      t.strictSame(statuses.slice(10), Array(5).fill(429))
      t.ok(server.connections() - before <= 10)
      const form = {
        grant_type: 'refresh_token',
        client_id: 'https://n76-t.docs.example/x',
        refresh_token: 'x',
      }
      const { status } = await postForm(node, '/oauth/token', form, { 'x-forwarded-for': from })
      t.equal(status, 429, 'nor by the token endpoint')
    })

    await t.test('N78: control bytes in a document, or in its name', async t => {
      const url = 'https://n78.docs.example/client.json'
      const text = JSON.stringify(documentOf(url))
      const named = (name: string) => json(documentOf(url, { client_name: name }))
      const hostile: readonly DocumentsSite['server']['answer'][] = [
        json(`${text}\u0000`),
        json(text.replace('Tool', 'To\u0000ol')),
        json(text.replace('Tool', 'To\nol')),
        json(text.replace('Tool', 'To\u001bol')),
        (_request, response) => {
          const body = Buffer.from(text.replace('Tool', 'T~ol'))
          body[body.indexOf('~')] = 0xff
          response.writeHead(200, { 'content-type': 'application/json' }).end(body)
        },
        ...['\u0000', '\u0007', '\u001b[31m', '\u007f', '\u0085', '\u2028', '\u202e', '\u2066', '\ud800'].map(
          control => named(`To${control}ol`),
        ),
        json(documentOf(url, { redirect_uris: [`${CLAUDE_CALLBACK}\u0000`] })),
        json(documentOf(url, { redirect_uris: [CLAUDE_CALLBACK, 'https://claude.ai/\r\nx'] })),
        json(documentOf(url, { scope: 'a\u0007b' })),
      ]
      for (const [index, answer] of hostile.entries()) {
        server.answer = answer
        t.match(await ask(url), { status: 400, ...REFUSED }, String(index))
      }
    })

    await t.test('fuzz: any document is taken whole or refused, and sends nobody anywhere', async t => {
      const value = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.string({ unit: anyCharacter, maxLength: 20 }),
        fc.array(
          fc.constantFrom(CLAUDE_CALLBACK, 'https://evil.example/', 'javascript:1', 'http://[::1]:1/'),
          {
            maxLength: 3,
          },
        ),
        fc.constantFrom(null, 'none', 'private_key_jwt', 'client_secret_post', ['code'], ['token'], 'Tool'),
      )
      const members = fc.dictionary(
        fc.oneof(
          fc.constantFrom(
            ...['client_id', 'client_name', 'redirect_uris', 'token_endpoint_auth_method', 'grant_types'],
            ...['response_types', 'scope', 'jwks', 'jwks_uri', 'client_secret', 'logo_uri', '__proto__'],
          ),
          fc.string({ maxLength: 8 }),
        ),
        value,
        { maxKeys: 4 },
      )
      let [run, taken] = [0, 0]
      await fc.assert(
        fc.asyncProperty(members, fc.boolean(), async (changes, isBare) => {
          const url = `https://f${run++}.docs.example/client.json`
          const document = isBare ? changes : { ...documentOf(url), ...changes }
          server.answer = json(JSON.stringify(document))
          const verdict = await ask(url)
          if (verdict.isTaken) taken++
          const isRefused = verdict.status >= 400 && verdict.status < 500 && !verdict.isTaken
          const isOwn = document.client_id === url && typeof document.client_name === 'string'
          return !verdict.isSentAway && (isRefused || (verdict.isTaken && isOwn))
        }),
        { numRuns: 120 },
      )
      t.ok(taken > 0 && taken < run, `${taken} of ${run} were taken`)
    })

    await t.test('fuzz: any client_id near to a URL', async t => {
      const piece = fc.oneof(
        fc.constantFrom(
          ...['https:', 'http:', '//', '/', '\\', '@', ':', '#', '?', '%', '..', '.', '\t', '\u0000'],
        ),
        fc.constantFrom('fuzz.docs.example', '127.0.0.1', '[::1]', 'localhost', '443', '%2e', 'x', '。', 'ı'),
        fc.string({ unit: anyCharacter, maxLength: 4 }),
      )
      const id = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join(''))
      server.answer = (_request, response) => void response.writeHead(404).end()
      dns.names.length = 0
      await fc.assert(
        fc.asyncProperty(id, fc.boolean(), async (text, isNear) => {
          const verdict = await ask(isNear ? `https://fuzz.docs.example${text}` : text)
          return verdict.status >= 400 && verdict.status < 500 && !verdict.isTaken && !verdict.isSentAway
        }),
        { numRuns: 250 },
      )
      t.ok(dns.names.every(name => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)))
    })
  })
