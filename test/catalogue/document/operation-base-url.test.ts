import t from 'tap'
import { TENANTS_BASE_URL } from '../../../src/catalogue/document/operation-base-url.ts'
import { compileDocument } from '../compile-document.ts'

const tenants = { by: 'principal.organization', upstreams: { acme: 'https://acme.example' } }
const DOCUMENT = {
  servers: [{ url: 'https://api.example/v1' }, { url: 'https://eu.api.example/v1' }],
  paths: {
    '/plain': { get: { operationId: 'plain' } },
    '/same': { get: { operationId: 'same', servers: [{ url: 'https://eu.api.example/v1/' }] } },
    '/other-path': { get: { operationId: 'otherPath', servers: [{ url: 'https://api.example/v2' }] } },
    '/other-origin': { servers: [{ url: 'https://files.example' }], get: { operationId: 'otherOrigin' } },
    '/tenant': { get: { operationId: 'tenant', servers: [{ url: 'https://acme.example' }] } },
  },
}

t.test('with tenants no operation has an address before a caller is known, and none another one', async t => {
  const { tools, report } = compileDocument(DOCUMENT, { api: { tenants } })
  t.same(
    tools.map(({ name, plan }) => [name, plan.baseUrl]),
    [
      ['plain', TENANTS_BASE_URL],
      ['same', TENANTS_BASE_URL],
    ],
  )
  const skipped = report.filter(({ outcome }) => outcome === 'skipped')
  t.same(
    skipped.map(({ path }) => path),
    ['/other-path', '/other-origin', '/tenant'],
  )
  for (const { reasons } of skipped)
    t.match(reasons.join(), /server of its own.*remove its `servers` by an overlay/)
  t.match(TENANTS_BASE_URL, /\.invalid$/, 'a name that never resolves (RFC 6761 section 6.4)')
})

t.test('a document that names no server it can be called at needs none', async t => {
  const paths = { '/a': { get: { operationId: 'a' } }, '/b': { get: { operationId: 'b' } } }
  for (const servers of [undefined, [{ url: '/v1' }], [{ url: 'https://{region}.example' }]]) {
    const { tools } = compileDocument(
      { paths, ...(servers && { servers }) },
      { api: { upstream: undefined, tenants } },
    )
    t.equal(tools.length, 2)
  }
})
