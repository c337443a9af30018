import t from 'tap'
import { compileDocument } from '../compile-document.ts'

const DOCUMENT = {
  servers: [{ url: 'https://api.example/v1' }],
  paths: {
    '/a': { get: { operationId: 'a', servers: [{ url: 'https://api.example/v2' }] } },
    '/b': { get: { operationId: 'b', servers: [{ url: 'https://evil.example' }] } },
    '/c': { servers: [{ url: 'http://api.example' }], get: { operationId: 'c' } },
  },
}

t.test('no operation takes the credential to another origin than the document’s', async t => {
  for (const credentials of [
    { type: 'static', value: 'Bearer secret' },
    [{ type: 'forward' }, { type: 'none' }],
  ] as const) {
    const api = { upstream: undefined, credentials: credentials as never }
    const { tools, report } = compileDocument(DOCUMENT, { api })
    t.same(
      tools.map(({ plan }) => plan.baseUrl),
      ['https://api.example/v2'],
    )
    t.match(report, [
      { outcome: 'exposed' },
      { outcome: 'skipped', reasons: [/another origin, https:\/\/evil\.example/] },
      { outcome: 'skipped', reasons: [/another origin, http:\/\/api\.example/] },
    ])
  }
})

t.test('without a credential, and under a configured upstream, they are served', async t => {
  t.equal(compileDocument(DOCUMENT, { api: { upstream: undefined } }).tools.length, 3)
  const api = { credentials: { type: 'static', value: 'Bearer secret' } } as const
  t.same(
    compileDocument(DOCUMENT, { api }).tools.map(({ plan }) => plan.baseUrl),
    Array(3).fill('https://api.example.com'),
  )
})
