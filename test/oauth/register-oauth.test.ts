/** What HTTP itself asks for, at every address of the authorization server. */
import { request as send } from 'node:http'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { PosternError } from '../../src/errors.ts'
import type { OAuthRequest, OAuthRoute } from '../../src/oauth/http.ts'
import { oauthError } from '../../src/oauth/oauth-error.ts'
import { registerOAuth } from '../../src/oauth/register-oauth.ts'

const FORM = 'application/x-www-form-urlencoded'

async function edge(
  t: Test,
  endpoint: OAuthRoute['endpoint'],
  more: Partial<OAuthRoute> = {},
  isSecure = true,
) {
  const fastify = Fastify()
  const failures: unknown[] = []
  registerOAuth(fastify, {
    routes: [
      {
        method: 'POST',
        paths: ['/oauth/token', '/token'],
        errors: 'json',
        consumes: FORM,
        cors: true,
        endpoint,
        ...more,
      },
      { method: 'GET', paths: ['/oauth/authorize'], errors: 'page', endpoint },
    ],
    isSecure: () => isSecure,
    access: { isHostAllowed: host => host !== 'evil.example' },
    clientAddress: () => '192.0.2.7',
    styleSource: "'sha256-x'",
    problemPage: (error, requestId) => `<p>${error.code} ${requestId}</p>`,
    onFailure: error => failures.push(error),
  })
  t.teardown(() => fastify.close())
  const origin = await fastify.listen({ host: '127.0.0.1', port: 0 })
  return { origin, failures }
}

function post(url: string, body: string, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': FORM, ...headers },
    body,
    redirect: 'manual',
  })
}

t.test('a request is read once, and the answer is for nobody’s cache', async t => {
  let seen: OAuthRequest | undefined
  const { origin } = await edge(t, async request => {
    seen = request
    return { status: 200, body: { json: { ok: true } }, cookies: [{ name: 'flow', value: 'v' }] }
  })
  const answer = await post(`${origin}/token?a=1&b=%20`, 'grant_type=x', {
    cookie: '__Host-flow=mine; flow=theirs',
  })
  t.same(await answer.json(), { ok: true })
  t.match(seen, {
    path: '/token',
    query: 'a=1&b=%20',
    body: 'grant_type=x',
    from: '192.0.2.7',
    peer: '127.0.0.1',
  })
  t.equal(seen?.cookies.flow, 'mine')
  t.match(answer.headers.get('set-cookie'), /^__Host-flow=v; .*Secure/)
  t.equal(answer.headers.get('cache-control'), 'no-store')
  t.equal(answer.headers.get('referrer-policy'), 'same-origin')
  t.equal(answer.headers.get('access-control-allow-origin'), '*')
})

t.test('programs get errors as RFC 6749 has them', async t => {
  const { origin, failures } = await edge(t, async () => {
    throw oauthError('oauth_invalid_client', 'It isn’t “known” – \\ or…', {
      headers: { 'www-authenticate': 'Basic realm="x"' },
    })
  })
  const answer = await post(`${origin}/oauth/token`, '')
  t.equal(answer.status, 401)
  t.same(await answer.json(), { error: 'invalid_client', error_description: "It isn't 'known' - ? or..." })
  t.equal(answer.headers.get('www-authenticate'), 'Basic realm="x"')
  t.equal(failures.length, 0)
})

t.test(
  'a store that can’t be asked is temporary, and what nobody expected is told to the log alone',
  async t => {
    const errors = [
      new PosternError('store_unavailable', { headers: { 'Retry-After': '1' } }),
      new Error('s3cr3t'),
    ]
    const { origin, failures } = await edge(t, async () => {
      throw errors.shift()
    })
    const first = await post(`${origin}/oauth/token`, '')
    t.equal(first.status, 503)
    t.match(await first.json(), { error: 'temporarily_unavailable' })
    t.equal(first.headers.get('retry-after'), '1')
    const second = await post(`${origin}/oauth/token`, '')
    t.equal(second.status, 500)
    t.notMatch(await second.text(), /s3cr3t/)
    t.equal(failures.length, 2)
  },
)

t.test('people get a page that runs nothing and is in no frame', async t => {
  const { origin } = await edge(t, async () => {
    throw oauthError('oauth_invalid_redirect_uri')
  })
  const answer = await fetch(`${origin}/oauth/authorize?x=1`)
  t.equal(answer.status, 400)
  t.match(answer.headers.get('content-type'), 'text/html')
  t.match(answer.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/)
  t.equal(answer.headers.get('x-frame-options'), 'DENY')
  t.match(await answer.text(), /oauth_invalid_redirect_uri/)
})

t.test('other methods, hosts, media types and sizes are refused', async t => {
  const { origin } = await edge(t, async () => ({ status: 200 }))
  const put = await fetch(`${origin}/oauth/token`, { method: 'PUT' })
  t.equal(put.status, 405)
  t.equal(put.headers.get('allow'), 'POST')
  t.equal((await post(`${origin}/oauth/token`, '{}', { 'content-type': 'application/json' })).status, 415)
  t.equal((await post(`${origin}/oauth/token`, 'x'.repeat(70_000))).status, 413, 'N79')
  t.equal(await statusOf(origin, { host: 'evil.example' }), 403)
  t.equal((await fetch(`${origin}/oauth/authorize`, { method: 'HEAD' })).status, 200)
})

t.test('a header that decides something comes once', async t => {
  const { origin } = await edge(t, async () => ({ status: 200 }))
  t.equal(await statusOf(origin, { 'x-forwarded-user': ['ada', 'eve'] }), 400)
  t.equal(await statusOf(origin, { authorization: ['Basic a', 'Basic b'] }), 400)
  t.equal(
    await statusOf(origin, {
      'accept-language': ['de', 'en'],
      'x-forwarded-for': ['192.0.2.1', '192.0.2.2'],
    }),
    200,
  )
})

t.test('pages of other origins may ask first where they may ask at all', async t => {
  const { origin } = await edge(t, async () => ({ status: 200 }))
  const answer = await fetch(`${origin}/token`, {
    method: 'OPTIONS',
    headers: { origin: 'https://x.example' },
  })
  t.equal(answer.status, 204)
  t.equal(answer.headers.get('access-control-allow-methods'), 'POST')
  t.equal((await fetch(`${origin}/oauth/authorize`, { method: 'OPTIONS' })).status, 405)
})

/** Node's own client sends what it is given, twice if need be. */
function statusOf(origin: string, headers: Record<string, string | string[]>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = send(`${origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': FORM, ...headers },
    })
    request.on('response', response => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    request.end()
  })
}
