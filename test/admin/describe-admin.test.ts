/** The OpenAPI document says what the API does: no more and no less, and what it answers fits it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import { parse } from 'yaml'
import { administrationDocument } from '../../scripts/administration-document.ts'
import { ADMIN_ROUTES } from '../../src/admin/routes.ts'
import { runPostern, workspace } from '../cli/run-postern.ts'
import { connect, withOAuth } from './connect.ts'
import { type AskOptions, adminGateway } from './gateway.ts'

const FILE = fileURLToPath(new URL('../../openapi/admin.yaml', import.meta.url))

t.test('openapi/admin.yaml is made from the operations', async t => {
  t.equal(readFileSync(FILE, 'utf8'), administrationDocument(), 'npm run docs writes it')
})

t.test('the document is served, names every operation and no other, and where the API is', async t => {
  const { ask } = await adminGateway(t)
  const { status, body } = await ask('GET', '/openapi.json')
  t.equal(status, 200)
  t.equal(body.openapi, '3.1.0')
  t.strictSame(body.servers, [{ url: '/admin' }])
  const named = Object.entries<object>(body.paths).flatMap(([path, item]) =>
    Object.keys(item).map(method => `${method.toUpperCase()} ${path}`),
  )
  const known = [...ADMIN_ROUTES.map(({ method, path }) => `${method} ${path}`), 'GET /openapi.json']
  t.strictSame(named.toSorted(), known.toSorted())
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const path of Object.keys(body.paths)) {
      const answered = await ask(method, path.replace('{kind}', 'subject').replace(/\{\w+\}/, 'tok_x'), {
        ...(method === 'POST' && { body: {} }),
      })
      const isKnown = named.includes(`${method} ${path}`)
      t.equal(answered.status === 405, !isKnown, `${method} ${path}`)
      if (!isKnown) t.match(answered.headers.get('allow'), /^[A-Z, ]+$/)
    }
  }
})

t.test('what is answered, success or not, is what the document says', async t => {
  const { ask, mint, app } = await adminGateway(t, withOAuth)
  const document = (await ask('GET', '/openapi.json')).body
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
  ajv.addSchema(document, 'document')
  const { id } = await mint(['read:*'])
  const connection = await connect(app.store, 'ada', 'https://claude.ai/c.json')
  const machine = await ask('POST', '/clients', { body: { name: 'n', scopes: ['read:*'] } })
  const revoke = { kind: 'subject', value: 'ada', until: '2099-01-01T00:00:00+02:00', reason: 'left' }
  const cases: [string, string, string, AskOptions?][] = [
    ['POST', '/revocations', '/revocations', { body: revoke }],
    ['POST', '/revocations', '/revocations', { body: { jti: 'j', recheck: true } }],
    ['POST', '/revocations', '/revocations', { body: { token: 'tok_none' } }],
    ['POST', '/revocations', '/revocations', { body: { kind: 'subject' } }],
    ['POST', '/revocations', '/revocations', { body: '{' }],
    ['POST', '/revocations', '/revocations', { body: revoke, headers: { 'webhook-id': 'x' }, token: null }],
    ['POST', '/revocations', '/revocations', { body: revoke, headers: { 'content-type': 'text/plain' } }],
    ['POST', '/revocations', '/revocations', { body: { ...revoke, reason: 'x'.repeat(70_000) } }],
    ['GET', '/revocations', '/revocations?limit=1'],
    ['GET', '/revocations', '/revocations?limit=0'],
    ['GET', '/revocations', '/revocations', { token: null }],
    ['GET', '/revocations', '/revocations', { token: 'postern_pat_nope' }],
    ['DELETE', '/revocations/{kind}/{value}', '/revocations/subject/ada'],
    ['DELETE', '/revocations/{kind}/{value}', '/revocations/subject/ada'],
    ['DELETE', '/revocations/{kind}/{value}', `/revocations/credential/${id}`],
    ['DELETE', '/revocations/{kind}/{value}', '/revocations/everybody/ada'],
    ['POST', '/tokens', '/tokens', { body: { name: 'n', scopes: ['read:*', 'reed:*'], expiresIn: '1h' } }],
    ['POST', '/tokens', '/tokens', { body: { name: 'n', scopes: [] } }],
    ['GET', '/tokens', '/tokens?limit=1'],
    ['GET', '/tokens', '/tokens?after=tok_none'],
    ['POST', '/tokens/{id}/rotate', `/tokens/${id}/rotate`, { body: { overlap: '1h' } }],
    ['DELETE', '/tokens/{id}', `/tokens/${id}`],
    ['POST', '/tokens/{id}/rotate', `/tokens/${id}/rotate`, { body: { overlap: '1h' } }],
    ['DELETE', '/tokens/{id}', '/tokens/tok_none'],
    ['GET', '/connections', '/connections?limit=1'],
    ['GET', '/connections', '/connections?after=x'],
    ['DELETE', '/connections/{id}', `/connections/${connection}`],
    ['DELETE', '/connections/{id}', `/connections/${connection}`],
    ['POST', '/clients', '/clients', { body: { name: 'n', scopes: ['read:*', 'reed:*'] } }],
    ['POST', '/clients', '/clients', { body: { name: 'n', scopes: [] } }],
    ['GET', '/clients', '/clients?limit=1'],
    ['GET', '/clients', '/clients?after=x'],
    ['DELETE', '/clients/{id}', `/clients/${machine.body.id}`],
    ['DELETE', '/clients/{id}', '/clients/mch_0000000000000000'],
    ['GET', '/openapi.json', '/openapi.json'],
  ]
  const seen = new Set<string>()
  for (const [method, path, url, options] of cases) {
    const { status, body, headers } = await ask(method, url, options)
    const name = `${method} ${url} ${status}`
    const operation = document.paths[path][method.toLowerCase()]
    seen.add(`${operation.operationId} ${Math.floor(status / 100)}`)
    const response = operation.responses[status]
    t.ok(response, name)
    t.equal(headers.get('cache-control'), 'no-store')
    t.equal(headers.get('access-control-allow-origin'), null)
    if (status >= 400) t.match(response.description, `\`${body.error.code}\``, name)
    const schema = response.content?.['application/json']?.schema
    if (schema === undefined) {
      t.equal(body, undefined, name)
      continue
    }
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      status,
      'content',
      'application/json',
      'schema',
    ]
      .map(part => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    const isValid =
      schema.$ref === undefined
        ? ajv.compile({ $ref: `document#/${pointer}` })
        : ajv.compile({ $ref: `document${schema.$ref}` })
    t.ok(isValid(body), `${name} ${JSON.stringify(isValid.errors)}`)
  }
  for (const { operationId } of ADMIN_ROUTES)
    t.ok(seen.has(`${operationId} 2`) && seen.has(`${operationId} 4`), operationId)
})

t.test('`postern lint` finds nothing to warn of in it', async t => {
  const cwd = workspace(t, {}, parse(readFileSync(FILE, 'utf8')))
  const { status, stdout, stderr } = runPostern(['lint'], { cwd })
  t.equal(status, 0, stderr)
  t.match(stdout, `${ADMIN_ROUTES.length + 1} exposed, 0 degraded, 0 skipped`)
  t.match(stdout, '0 errors, 0 warnings')
})
