import t from 'tap'
import { mintPair } from '../../src/demo/credentials.ts'
import { seededId } from '../../src/demo/identifier.ts'
import { allRoutes } from '../../src/demo/routes.ts'
import { USERS } from '../../src/demo/sample.ts'
import { isScope } from '../../src/demo/scopes.ts'
import { buildTallybook, sender } from './tallybook.ts'

t.test('GET /v1/me tells the same of a token and of a header pair', async t => {
  const { app, as, context } = buildTallybook(t)
  const pair = mintPair(context.database, USERS.accountant.email)
  const me = {
    id: seededId('usr', 'accountant'),
    email: USERS.accountant.email,
    name: USERS.accountant.name,
    organization: { id: seededId('org', 'harbour'), name: 'Harbour & Vale' },
    roles: ['accountant'],
    token: { scopes: ['manage:invoices', 'write:contacts', 'read:workspaces'] },
  }
  t.same((await as('accountant')('GET', '/v1/me')).body, me)
  t.same((await sender(app, { ...pair })('GET', '/v1/me')).body, me)
  const narrow = await as('accountant', ['read:invoices'])('GET', '/v1/me')
  t.same(narrow.body, { ...me, token: { scopes: ['read:invoices'] } })
})

t.test('Email of one user with Token of another is 401, and both kinds at once too', async t => {
  const { app, context } = buildTallybook(t)
  const one = mintPair(context.database, USERS.accountant.email)
  const two = mintPair(context.database, USERS.admin.email)
  const crossed = await sender(app, { email: one.email, token: two.token })('GET', '/v1/me')
  t.equal(crossed.status, 401)
  t.match(crossed.headers['content-type'], /^application\/problem\+json\b/)
  t.match(crossed.headers['www-authenticate'], /^Bearer /)
  const both = await sender(app, { ...one, authorization: `Bearer ${two.token}` })('GET', '/v1/me')
  t.equal(both.status, 401)
})

t.test('every operation needs its scope, and exactly its scope is enough', async t => {
  const { as, context } = buildTallybook(t)
  for (const { method, path, scope, operationId } of allRoutes(context)) {
    if (scope === undefined) continue
    t.ok(isScope(scope), scope)
    const url = path.replace('{id}', 'none')
    const others = ['read', 'write', 'manage']
      .flatMap(tier => ['invoices', 'contacts', 'workspaces'].map(resource => `${tier}:${resource}`))
      .filter(other => other !== scope && !includes(other, scope))
    const refused = await as('admin', others)(method, url)
    t.equal(refused.status, 403, operationId)
    t.equal(refused.body.required_scope, scope)
    t.match(refused.headers['www-authenticate'], `error="insufficient_scope", scope="${scope}"`)
    t.notMatch([401, 403], (await as('admin', [scope])(method, url)).status, operationId)
  }
})

t.test('a role holds even where the token says everything', async t => {
  const { as } = buildTallybook(t)
  const url = `/v1/invoices/${seededId('inv', 'labels')}`
  t.equal((await as('viewer')('DELETE', url)).status, 403)
  t.equal((await as('accountant')('DELETE', `/v1/contacts/${seededId('con', 'bakker')}`)).status, 403)
  t.equal((await as('accountant')('DELETE', url)).status, 204)
})

t.test('who may not call learns nothing about body or resource', async t => {
  const { app, as } = buildTallybook(t)
  const url = `/v1/invoices/${seededId('inv', 'labels')}`
  for (const body of ['{', 'x'.repeat(600_000), '{"unknown":1}']) {
    t.equal((await sender(app, {})('PATCH', url, body)).status, 401)
    t.equal((await as('viewer')('PATCH', url, body)).status, 403)
  }
  t.equal((await sender(app, {})('GET', '/v1/invoices/none')).status, 401)
})

t.test('unknown addresses are 404 and known ones with another method 405', async t => {
  const { as } = buildTallybook(t)
  const send = as('admin')
  for (const url of [
    '/',
    '/v2/invoices',
    '/v1/invoices/',
    '/v1/invoices/a/b/c',
    '/v1/invoices/%2e%2e/pdf/x',
  ]) {
    t.match(
      await send('GET', url),
      { status: 404, headers: { 'content-type': 'application/problem+json' } },
      url,
    )
  }
  t.match(await send('PUT', '/v1/invoices'), { status: 405, headers: { allow: 'GET, POST' } })
  t.match(await send('PUT', '/v1/me?a=/b'), { status: 405, headers: { allow: 'GET' } }, 'a query is no path')
  t.match(await send('PUT', '/v1/invoices/x'), { status: 405, headers: { allow: 'GET, PATCH, DELETE' } })
  t.match(await send('HEAD', '/v1/me'), { status: 405 })
})

t.test('ids are data, whatever they hold', async t => {
  const { as } = buildTallybook(t)
  const send = as('admin')
  for (const id of [`'%20OR%201=1--`, '%00', '..%2f..%2fme', '%252e%252e', 'x'.repeat(90), '%F0%9F%99%82']) {
    t.equal((await send('GET', `/v1/invoices/${id}`)).status, 404, id)
  }
  const malformed = await send('GET', '/v1/invoices/%zz')
  t.equal(malformed.status, 400)
  t.match(malformed.headers['content-type'], /^application\/problem\+json\b/)
})

t.test('bodies are JSON and nothing else', async t => {
  const { as } = buildTallybook(t)
  const send = as('admin')
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data',
  ]) {
    t.equal((await send('POST', '/v1/contacts', '{}', { 'content-type': type })).status, 415, type)
  }
  for (const body of ['{"name":', '', '{"__proto__":{"name":"x"}}', '{"constructor":{"prototype":{}}}']) {
    t.equal((await send('POST', '/v1/contacts', body)).status, 400, body)
  }
  for (const body of ['null', '[]', '"x"', '1']) {
    t.equal((await send('POST', '/v1/contacts', body)).status, 422, body)
  }
})

t.test('a failure inside says nothing about the inside', async t => {
  const { app, as, context } = buildTallybook(t)
  const send = as('admin')
  context.database.run('DROP TABLE invoice_lines')
  const { status, body } = await send('GET', `/v1/invoices/${seededId('inv', 'logo')}`)
  t.equal(status, 500)
  t.same(body, {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong in Tallybook.',
  })
  t.match(await sender(app, {})('GET', '/healthz'), { status: 200, body: { status: 'ok' } })
})

t.test('answers are not cached or sniffed', async t => {
  const { app, as } = buildTallybook(t)
  for (const { headers } of [await as('viewer')('GET', '/v1/me'), await sender(app, {})('GET', '/v1/me')]) {
    t.match(headers, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  }
})

function includes(scope: string, wanted: string): boolean {
  const order = ['read', 'write', 'manage']
  const [[tier = '', resource], [wantedTier = '', wantedResource]] = [scope.split(':'), wanted.split(':')]
  return resource === wantedResource && order.indexOf(tier) >= order.indexOf(wantedTier)
}
