import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { askTokenEndpoint } from '../../../src/upstream/credentials/token-endpoint.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

const NEVER = new AbortController().signal
const URN = 'urn:ietf:params:oauth:token-type:'

t.test('the question is that of RFC 8693, with what is configured and nothing else', async t => {
  const endpoint = await createTokenEndpoint(t)
  t.strictSame(await askTokenEndpoint(endpoint.config(), 'own', NEVER), {
    kind: 'granted',
    token: 'exchanged-own',
    lifetime: 300_000,
  })
  t.strictSame(endpoint.asked[0]?.form, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'own',
    subject_token_type: `${URN}access_token`,
  })
  const all = {
    audience: 'backend',
    resource: 'https://api.acme.example/v1?a=b&c',
    scope: 'read write',
    subjectTokenType: `${URN}jwt`,
    requestedTokenType: `${URN}access_token`,
  }
  await askTokenEndpoint(endpoint.config(all), 'a+b/c&d=e', NEVER)
  t.strictSame(endpoint.asked[1]?.form, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'a+b/c&d=e',
    subject_token_type: `${URN}jwt`,
    audience: 'backend',
    resource: 'https://api.acme.example/v1?a=b&c',
    scope: 'read write',
    requested_token_type: `${URN}access_token`,
  })
})

t.test('the client proves itself in the header, form-encoded, or in the form', async t => {
  const endpoint = await createTokenEndpoint(t)
  const client = { clientId: 'post ern:1', clientSecret: 's+3%/cr3t' }
  await askTokenEndpoint(endpoint.config(client), 'x', NEVER)
  const pair = Buffer.from('post+ern%3A1:s%2B3%25%2Fcr3t').toString('base64')
  t.equal(endpoint.asked[0]?.authorization, `Basic ${pair}`)
  t.notMatch(endpoint.asked[0]?.form, { client_secret: /./ })
  const posted = { ...client, clientAuthentication: 'client_secret_post' }
  await askTokenEndpoint(endpoint.config(posted), 'x', NEVER)
  t.match(endpoint.asked[1], {
    authorization: undefined,
    form: { client_id: 'post ern:1', client_secret: 's+3%/cr3t' },
  })
})

t.test('what is said of the caller’s token is told from what went wrong', async t => {
  const endpoint = await createTokenEndpoint(t)
  const cases: [status: number, body: unknown, kind: string][] = [
    [400, { error: 'invalid_grant' }, 'refused'],
    [400, { error: 'invalid_request', error_description: 'expired' }, 'refused'],
    [400, { error: 'invalid_target' }, 'failed'],
    [400, { error: 'unauthorized_client' }, 'failed'],
    [400, { error: ['invalid_grant'] }, 'failed'],
    [400, '<html>', 'failed'],
    [401, { error: 'invalid_client' }, 'failed'],
    [401, { error: 'invalid_grant' }, 'failed'],
    [403, {}, 'failed'],
    [404, {}, 'failed'],
    [429, {}, 'failed'],
    [500, { error: 'invalid_grant' }, 'failed'],
    [503, '', 'failed'],
    [201, { access_token: 'x', token_type: 'Bearer' }, 'failed'],
  ]
  for (const [status, body, kind] of cases) {
    Object.assign(endpoint.state, { status, answer: () => body })
    const answer = await askTokenEndpoint(endpoint.config(), 'own-s3cr3t', NEVER)
    t.equal(answer.kind, kind, `${status} ${JSON.stringify(body)}`)
    t.notMatch(JSON.stringify(answer), 's3cr3t')
  }
  t.equal(endpoint.asked.length, cases.length, 'each is asked once')
})

t.test('an answer that is not what it should be gives no token', async t => {
  const endpoint = await createTokenEndpoint(t)
  const good = { access_token: 'x', token_type: 'Bearer', expires_in: 60 }
  const kindOf = async (answer: unknown, more = {}) => {
    endpoint.state.answer = () => answer
    return (await askTokenEndpoint(endpoint.config(more), 'own', NEVER)).kind
  }
  t.equal(await kindOf(good), 'granted')
  t.equal(await kindOf({ ...good, token_type: 'bearer' }), 'granted', 'the type has no case')
  for (const [name, answer] of Object.entries({
    'another type': { ...good, token_type: 'DPoP' },
    'no type': { access_token: 'x' },
    N_A: { ...good, token_type: 'N_A' },
    'no token': { token_type: 'Bearer' },
    'an empty token': { ...good, access_token: '' },
    'a line break': { ...good, access_token: 'x\r\nX-Admin: 1' },
    'a space': { ...good, access_token: 'x y' },
    'no ASCII': { ...good, access_token: 'ü' },
    'a number': { ...good, access_token: 1 },
    'a token that fits no header': { ...good, access_token: 'x'.repeat(16_385) },
    'a life that is no time': { ...good, expires_in: '60' },
    'a life before now': { ...good, expires_in: -1 },
    'a list': [good],
    null: null,
    'no JSON': 'access_token=x&token_type=Bearer',
  })) {
    t.equal(await kindOf(answer), 'failed', name)
  }
  const more = { requestedTokenType: `${URN}jwt` }
  t.equal(await kindOf({ ...good, issued_token_type: `${URN}refresh_token` }, more), 'failed')
  t.equal(await kindOf({ ...good, issued_token_type: `${URN}jwt` }, more), 'granted')
})

t.test('a redirect is not followed: the token goes nowhere else', async t => {
  const elsewhere = await createTokenEndpoint(t)
  const endpoint = await createTokenEndpoint(t)
  for (const status of [301, 302, 303, 307, 308]) {
    endpoint.state.respond = response => response.writeHead(status, { location: elsewhere.url }).end()
    t.equal((await askTokenEndpoint(endpoint.config(), 'own', NEVER)).kind, 'failed', `${status}`)
  }
  t.equal(endpoint.asked.length, 5)
  t.strictSame(elsewhere.asked, [])
})

t.test('a provider that is slow, endless, gone or hangs up fails in time, and is asked once', async t => {
  const endpoint = await createTokenEndpoint(t)
  const ask = (signal = NEVER) => askTokenEndpoint(endpoint.config({ timeout: '100ms' }), 'own', signal)
  endpoint.state.respond = () => {}
  t.equal((await ask()).kind, 'failed', 'silent')
  endpoint.state.respond = response => response.writeHead(200).flushHeaders()
  t.equal((await ask()).kind, 'failed', 'silent after the head')
  endpoint.state.respond = response => response.destroy()
  t.equal((await ask()).kind, 'failed', 'reset')
  endpoint.state.respond = response => {
    response.on('error', () => {})
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  }
  const long = endpoint.config({ timeout: '20s' })
  t.equal((await askTokenEndpoint(long, 'own', NEVER)).kind, 'failed', 'endless')
  t.equal(endpoint.asked.length, 4)
  endpoint.state.respond = undefined
  t.equal((await ask(AbortSignal.abort())).kind, 'failed', 'nobody waits any more')
  t.equal(endpoint.asked.length, 4)

  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => gone.once('listening', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise(resolve => gone.close(resolve))
  const nowhere = endpoint.config({ tokenEndpoint: `http://127.0.0.1:${port}/token` })
  t.equal((await askTokenEndpoint(nowhere, 'own', NEVER)).kind, 'failed', 'gone')
})
