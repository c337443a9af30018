import t from 'tap'
import { compileDocument } from '../compile-document.ts'

const STATIC = { type: 'static', value: 'Bearer secret' } as const
const DOCUMENT = {
  servers: [{ url: 'https://api.example/v1' }],
  paths: {
    '/a': { get: { operationId: 'a', servers: [{ url: 'https://api.example/v2' }] } },
    '/b': { get: { operationId: 'b', servers: [{ url: 'https://evil.example' }] } },
    '/c': { servers: [{ url: 'http://api.example' }], get: { operationId: 'c' } },
  },
}

/** The base URL of each operation, or why it has none. */
function bases(
  document: Parameters<typeof compileDocument>[0],
  options: Parameters<typeof compileDocument>[1] = {},
) {
  const { tools, report } = compileDocument(document, options)
  return Object.fromEntries(
    report.map(({ path, reasons }) => {
      const tool = tools.find(({ operation }) => operation.path === path)
      return [path.slice(1), tool?.plan.baseUrl ?? reasons.join()]
    }),
  )
}

/** One operation `GET /a` with these servers, in a document with those. */
function base(
  own: string | object | undefined,
  general: readonly (string | object)[],
  api: NonNullable<Parameters<typeof compileDocument>[1]>['api'],
  baseUrl?: string,
): string {
  const entry = (server: string | object) => (typeof server === 'string' ? { url: server } : server)
  const operation = own === undefined ? {} : { servers: [entry(own)] }
  const servers = general.length === 0 ? {} : { servers: general.map(entry) }
  const found = bases({ ...servers, paths: { '/a': { get: operation } } }, { api, baseUrl })
  return found.a ?? ''
}

t.test('no operation takes the credential to another origin than the document’s', async t => {
  for (const credentials of [STATIC, [{ type: 'forward' }, { type: 'none' }]] as const) {
    const api = { upstream: undefined, credentials: credentials as never }
    t.match(bases(DOCUMENT, { api }), {
      a: 'https://api.example/v2',
      b: /another origin .*add the line `upstreams: \[https:\/\/evil\.example\]` to the API billing/,
      c: /another origin .*`upstreams: \[http:\/\/api\.example\]`/,
    })
  }
})

t.test('nor does one leave a configured upstream, with or without a credential', async t => {
  for (const credentials of [STATIC, { type: 'none' }] as const) {
    t.match(bases(DOCUMENT, { api: { upstream: 'http://127.0.0.1:9/v1', credentials } }), {
      a: 'http://127.0.0.1:9/v2',
      b: /another origin/,
      c: /another origin/,
    })
  }
})

t.test('without a credential and an upstream, the document says where calls go', async t => {
  t.match(bases(DOCUMENT, { api: { upstream: undefined } }), {
    a: 'https://api.example/v2',
    b: 'https://evil.example',
    c: 'http://api.example',
  })
})

t.test('`upstreams` lets operations go to what it lists, and to nothing beside it', async t => {
  const list = (...upstreams: string[]) => ({ credentials: STATIC, upstream: undefined, upstreams })
  const home = ['https://api.box.example/2.0']
  const own = 'https://upload.box.example/api/2.0'
  t.equal(base(own, home, list('https://upload.box.example')), own)
  t.equal(base(own, home, list('https://upload.box.example/api/')), own)
  t.equal(base(own, home, { ...list('https://upload.box.example'), upstream: 'http://127.0.0.1:9' }), own)
  for (const listed of [
    'https://upload.box.example/other',
    'https://upload.box.example/ap',
    'https://upload.box.example:444',
    'http://upload.box.example',
    'https://upload.box.example.evil',
  ]) {
    t.match(base(own, home, list(listed)), `upstreams: [${listed}, https://upload.box.example]`)
  }
  const both = { url: 'https://first.example' }
  const document = {
    servers: [{ url: home[0] }],
    paths: { '/a': { get: { servers: [both, { url: own }] } } },
  }
  t.equal(bases(document, { api: list('https://upload.box.example') }).a, own, 'the first that is allowed')
})

t.test('a configured upstream takes the place of the document’s origin, path and all', async t => {
  const cases: [own: string, general: string, upstream: string, expected: string | RegExp][] = [
    ['https://a.example/v2', 'https://a.example/v1', 'http://localhost:9/v1', 'http://localhost:9/v2'],
    [
      'https://a.example/v2',
      'https://a.example/v1',
      'http://localhost:9/mock/v1',
      'http://localhost:9/mock/v2',
    ],
    ['https://a.example/v1/up', 'https://a.example/v1', 'http://localhost:9', 'http://localhost:9/up'],
    ['https://a.example/v1/', 'https://a.example/v1', 'http://localhost:9/', 'http://localhost:9'],
    ['https://a.example/v2', 'https://a.example', 'http://localhost:9/x', 'http://localhost:9/x/v2'],
    ['/v2', '/v1', 'http://localhost:9/v1', 'http://localhost:9/v2'],
    ['/v2', 'https://a.example/v1', 'http://localhost:9/v1', 'http://localhost:9/v2'],
    ['https://a.example/v2', 'https://a.example/v1', 'http://localhost:9', /path ends otherwise/],
    ['https://a.example/v1x', 'https://a.example/v1', 'http://localhost:9', /path ends otherwise/],
    ['https://b.example/v2', 'https://a.example/v1', 'https://b.example/v1', 'https://b.example/v2'],
  ]
  for (const [own, general, upstream, expected] of cases) {
    const found = base(own, [general], { upstream, credentials: STATIC })
    if (typeof expected === 'string') t.equal(found, expected, `${own} ${upstream}`)
    else t.match(found, expected, `${own} ${upstream}`)
  }
  t.equal(
    base('https://eu.a.example/v2', ['https://a.example/v1', 'https://eu.a.example/v1'], {
      upstream: 'http://localhost:9/v1',
    }),
    'http://localhost:9/v2',
    'any of the document’s servers',
  )
})

t.test('it is noted where another path is called than the upstream’s, and nothing is degraded', async t => {
  const { report } = compileDocument(DOCUMENT, { api: { upstream: 'http://127.0.0.1:9/v1' } })
  t.match(report[0], {
    outcome: 'exposed',
    reasons: [/https:\/\/api\.example\/v2, is called at http:\/\/127/],
  })
  const same = { ...DOCUMENT, servers: [{ url: 'https://api.example/v2' }] }
  t.strictSame(compileDocument(same, { api: { upstream: 'http://127.0.0.1:9' } }).report[0]?.reasons, [])
})

t.test('documents whose paths all have servers are at the first of these', async t => {
  const document = (...urls: string[]) => ({
    paths: Object.fromEntries(
      urls.map((url, index) => [`/p${index}`, { servers: [{ url }], get: {}, description: 'x' }]),
    ),
  })
  const two = document('https://api.example', 'https://other.example')
  t.match(bases(two, { api: { upstream: undefined, credentials: STATIC } }), {
    p0: 'https://api.example',
    p1: /`upstreams: \[https:\/\/other\.example\]`/,
  })
  t.match(bases(two, { api: { upstream: 'http://127.0.0.1:9' } }), {
    p0: 'http://127.0.0.1:9',
    p1: /another origin/,
  })
  const fetched = {
    api: { upstream: undefined, credentials: STATIC },
    baseUrl: 'https://raw.example/openapi.json',
  }
  t.match(bases(two, fetched), { p0: 'https://api.example', p1: /other\.example/ })
  const mixed = { paths: { ...two.paths, '/p2': { get: {} } } }
  t.match(bases(mixed, fetched), {
    p0: /`upstreams: \[https:\/\/api\.example\]`/,
    p2: 'https://raw.example',
  })
})

t.test('variables, relative servers and hosts without a scheme', async t => {
  const api = { upstream: undefined }
  const variables = { region: { default: 'eu', enum: ['us', 'eu'] }, port: { default: 8443 } }
  const at = (url: string, baseUrl?: string) => base(undefined, [{ url, variables }], api, baseUrl)
  t.equal(at('https://{region}.a.example:{port}/v1/'), 'https://eu.a.example:8443/v1')
  t.equal(at('//a.example/v1'), 'https://a.example/v1')
  t.equal(at('//a.example/v1', 'http://docs.example/openapi.json'), 'http://a.example/v1')
  t.equal(at('../v2', 'https://a.example/docs/openapi.json'), 'https://a.example/v2')
  t.match(at('/v1'), /"\/v1" is relative, and the document comes from a file; set `upstream`/)
  t.match(at('a.example/v1'), /relative/)
  t.match(at('https://{tenant}.a.example'), /variable `tenant` without a default; set `upstream`/)
  t.match(at('ftp://a.example'), /http or https/)
  for (const url of ['https://u:p@a.example', 'https://a.example/?x=1', 'https://a.example/#x']) {
    t.match(at(url), /a user, a query or a fragment/)
  }
  t.match(at('https://a.example\\@evil.example'), /no URL/)
  t.match(at('https://a{b'), /no URL/)
})

t.test('a variable without a value is compared, never called', async t => {
  const api = { upstream: 'https://acme.a.example/v1' }
  const general = ['https://{tenant}.a.example/v1']
  t.equal(base('https://{tenant}.a.example/v2', general, api), 'https://acme.a.example/v2')
  t.match(base('https://{tenant}.a.example/v1/{x}', general, api), /variable `tenant` without a default/)
  t.match(base('https://{other}.a.example/v2', general, api), /variable `other` without a default/)
})
