import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { fetchKeys } from '../../../src/auth/jwt/fetch-keys.ts'
import { createIssuer } from './issuer.ts'

t.test('from the metadata, at either of its places', async t => {
  const issuer = await createIssuer(t)
  const { issuer: name } = issuer
  t.strictSame(await fetchKeys({ issuer: name }), { keys: issuer.state.keys })
  issuer.state.metadataAt = '/.well-known/oauth-authorization-server/realms/acme'
  t.strictSame(await fetchKeys({ issuer: name }), { keys: issuer.state.keys })
  t.strictSame(issuer.requests.slice(2), [
    '/realms/acme/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/realms/acme',
    '/keys',
  ])
})

t.test('from a configured address, without metadata', async t => {
  const issuer = await createIssuer(t)
  await fetchKeys({ issuer: 'anything', jwks: `${issuer.origin}/keys` })
  t.strictSame(issuer.requests, ['/keys'])
})

t.test('an issuer whose name ends with a slash', async t => {
  const issuer = await createIssuer(t, undefined, '/')
  issuer.state.metadataAt = '/.well-known/openid-configuration'
  t.ok(await fetchKeys({ issuer: issuer.issuer }))
})

t.test('metadata of another issuer is not believed', async t => {
  const issuer = await createIssuer(t)
  for (const other of [`${issuer.issuer}/`, 'https://id.example', undefined, null, [issuer.issuer]]) {
    issuer.state.metadata = { issuer: other }
    await t.rejects(fetchKeys({ issuer: issuer.issuer }), { message: /of another issuer/ }, String(other))
  }
  t.equal(issuer.asked(), 0)
})

t.test('an address of keys that nobody may be asked at', async t => {
  const issuer = await createIssuer(t)
  for (const address of [
    'http://192.0.2.1/keys',
    'file:///keys',
    'keys',
    '',
    7,
    undefined,
    'data:application/json,{}',
  ]) {
    issuer.state.metadata = { jwks_uri: address }
    await t.rejects(fetchKeys({ issuer: issuer.issuer }), { message: /jwks_uri/ }, String(address))
  }
})

t.test('what is no key set', async t => {
  const issuer = await createIssuer(t)
  const jwks = `${issuer.origin}/keys`
  for (const keys of [undefined, {}, 'x', [1], [null], [[]]]) {
    issuer.state.keys = keys as unknown[]
    await t.rejects(
      fetchKeys({ issuer: '', jwks }),
      { message: /no key set/ },
      JSON.stringify(keys) ?? 'none',
    )
  }
  issuer.state.keys = Array(101).fill({ kty: 'EC' })
  await t.rejects(fetchKeys({ issuer: '', jwks }), { message: /more than 100/ })
})

t.test('redirects, errors, breaks and endless answers are failures', async t => {
  const issuer = await createIssuer(t)
  for (const failure of ['status', 'reset', 'redirect', 'endless', 'garbage'] as const) {
    issuer.state.failure = failure
    await t.rejects(fetchKeys({ issuer: issuer.issuer }), Error, failure)
  }
  t.notOk(issuer.requests.some(url => url.includes('elsewhere')))
})

t.test('no proxy of the environment stands between', async t => {
  const issuer = await createIssuer(t)
  const proxied: string[] = []
  const proxy = await listen(t, (request, response) => {
    proxied.push(request.url ?? '')
    response.end('{"keys":[]}')
  })
  const before = { ...process.env }
  Object.assign(process.env, { http_proxy: proxy, HTTP_PROXY: proxy, NODE_USE_ENV_PROXY: '1', no_proxy: '' })
  t.teardown(() => {
    process.env = before
  })
  t.strictSame(await fetchKeys({ issuer: issuer.issuer }), { keys: issuer.state.keys })
  t.strictSame(proxied, [])
})

t.test('an issuer that does not answer, or answers one byte at a time, is given up after 5 s', async t => {
  const silent = await listen(t, () => {})
  const slow = await listen(t, (_, response) => {
    response.write('{"keys":')
    const timer = setInterval(() => response.write(' '), 200)
    response.on('close', () => clearInterval(timer))
  })
  const start = performance.now()
  await Promise.all(
    [silent, slow].map(origin => t.rejects(fetchKeys({ issuer: '', jwks: `${origin}/keys` }), Error, origin)),
  )
  const took = performance.now() - start
  t.ok(took > 4_000 && took < 10_000, `${took} ms`)
})

async function listen(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
