import t from 'tap'
import { loadText, problemsOf } from './load-text.ts'

interface Parts {
  readonly api?: string
  readonly auth?: string
  readonly rest?: string
}

/** A configuration that is valid but for the given parts (flow YAML). */
function withParts({ api = '', auth = '{ type: token }', rest = '' }: Parts): string {
  return `name: acme
apis: [{ name: billing, openapi: billing.yaml${api} }]
auth: [${auth}]
${rest}
`
}

const ME = 'verify: { request: GET /me, grant: [read:*] }'
const BEARER = `{ type: bearer, ${ME} }`
const jwt = (more = '', issuer = 'https://id.example.com') =>
  `{ type: jwt, issuer: "${issuer}", audience: "https://mcp.example.com/mcp"${more} }`

type Case = readonly [title: string, parts: Parts, path: string | undefined]

/** `path` is where the one problem is; undefined where there is none. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  anonymous: [
    ['on loopback', { auth: '{ type: anonymous, scopes: [read:*] }' }, undefined],
    ...['127.0.0.2', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST'].map(
      (host): Case => [
        host,
        { auth: '{ type: anonymous, scopes: [read:*] }', rest: `listen: { host: "${host}" }` },
        undefined,
      ],
    ),
    ...['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', '127.1', '::2', '1270.0.0.1', 'localhost.'].map(
      (host): Case => [
        host,
        { auth: '{ type: anonymous, scopes: [read:*] }', rest: `listen: { host: "${host}" }` },
        'auth[0].type',
      ],
    ),
    ...['publicUrl: https://mcp.example.com', 'allowedHosts: [localhost, "gateway:8080"]'].map(
      (rest): Case => [
        `behind a proxy, ${rest}`,
        { auth: '{ type: anonymous, scopes: [read:*] }', rest },
        'auth[0].type',
      ],
    ),
    ...['publicUrl: "http://[::1]:9000"', 'allowedHosts: ["localhost:8080", "[::1]:8080", "[::1]"]'].map(
      (rest): Case => [rest, { auth: '{ type: anonymous, scopes: [read:*] }', rest }, undefined],
    ),
    [
      'where it is allowed',
      {
        auth: '{ type: anonymous, scopes: [read:*] }',
        rest: 'listen: { host: 0.0.0.0 }\nallowAnonymous: true',
      },
      undefined,
    ],
    [
      'twice',
      { auth: '{ type: anonymous, scopes: [read:*] }, { type: anonymous, scopes: [write:*] }' },
      'auth[1]',
    ],
  ],
  'names and references': [
    ['two APIs of one name', { api: ' }, { name: billing, openapi: b.yaml' }, 'apis[1].name'],
    [
      'two rules of one name',
      { api: ', tools: { rules: [{ match: { tag: a }, name: x }, { match: { tag: b }, name: x }] }' },
      'apis[0].tools.rules[1].name',
    ],
    [
      'hints that contradict',
      { api: ', tools: { rules: [{ match: { tag: a }, hints: { readOnly: true, destructive: true } }] }' },
      'apis[0].tools.rules[0].hints',
    ],
    ['a server’s API', { rest: 'servers: [{ apis: [nope] }]' }, 'servers[0].apis[0]'],
    ['a server’s API that exists', { rest: 'servers: [{ apis: [billing] }]' }, undefined],
    ['a server’s scheme', { rest: 'servers: [{ auth: [headers] }]' }, 'servers[0].auth[0]'],
    [
      'verify.api',
      { auth: '{ type: bearer, verify: { request: GET /me, grant: [a], api: nope } }' },
      'auth[0].verify.api',
    ],
    ['passthrough.api', { rest: 'passthrough: { path: /api, api: nope }' }, 'passthrough.api'],
  ],
  paths: [
    ['one path twice', { rest: 'servers: [{ path: /a }, { path: /a }]' }, 'servers[1].path'],
    ['nested servers', { rest: 'servers: [{ path: /a }, { path: /a/b }]' }, undefined],
    [
      'a server below the pass-through',
      { rest: 'servers: [{ path: /api/mcp }]\npassthrough: { path: /api, api: billing }' },
      'servers[0].path',
    ],
    [
      'the pass-through below a server',
      { rest: 'servers: [{ path: /mcp }]\npassthrough: { path: /mcp/api, api: billing }' },
      'servers[0].path',
    ],
    [
      'names that only start alike',
      { rest: 'servers: [{ path: /api-mcp }]\npassthrough: { path: /api, api: billing }' },
      undefined,
    ],
    ...['/healthz', '/readyz', '/.well-known', '/.well-known/x', '/a//b', '/a/../b', '/./a'].map(
      (path): Case => [path, { rest: `servers: [{ path: ${path} }]` }, 'servers[0].path'],
    ),
    ['the root', { rest: 'servers: [{ path: / }]' }, undefined],
    ['a path like a reserved one', { rest: 'servers: [{ path: /healthzz }]' }, undefined],
  ],
  addresses: [
    ['https', { rest: 'publicUrl: https://mcp.example.com' }, undefined],
    ['http', { rest: 'publicUrl: http://mcp.example.com' }, 'publicUrl'],
    ['http on loopback', { rest: 'publicUrl: http://127.0.0.1:8080' }, undefined],
    ['http on IPv6 loopback', { rest: 'publicUrl: "http://[::1]:8080"' }, undefined],
    ['a user in it', { rest: 'publicUrl: https://u:p@mcp.example.com' }, 'publicUrl'],
    ['an origin', { rest: 'allowedOrigins: [https://app.example.com, http://localhost:3000]' }, undefined],
    ...['"*"', '"null"', 'https://app.example.com/', 'app.example.com', 'https://a.b/c', 'file:///x'].map(
      (origin): Case => [origin, { rest: `allowedOrigins: [${origin}]` }, 'allowedOrigins[0]'],
    ),
    ['hosts', { rest: 'allowedHosts: [mcp.example.com, localhost:8080, "[::1]:80"]' }, undefined],
    ...['"*"', 'https://a.b', 'a.b/c', 'a b', '"*.example.com"'].map(
      (host): Case => [host, { rest: `allowedHosts: [${host}]` }, 'allowedHosts[0]'],
    ),
  ],
  'schemes that would take the same credential': [
    ['a token and any bearer behind it', { auth: `{ type: token }, ${BEARER}` }, undefined],
    ['any bearer before a token', { auth: `${BEARER}, { type: token }` }, 'auth[1]'],
    ['two bearers without prefix', { auth: `${BEARER}, ${BEARER}` }, 'auth[1]'],
    ['one prefix twice', { auth: '{ type: token, prefix: a_ }, { type: token, prefix: a_ }' }, 'auth[1]'],
    [
      'a prefix of an earlier one',
      { auth: '{ type: token, prefix: a_b }, { type: token, prefix: a_ }' },
      'auth[1]',
    ],
    [
      'a longer prefix later',
      { auth: '{ type: token, prefix: a_ }, { type: token, prefix: a_b }' },
      'auth[1]',
    ],
    [
      'the derived prefix',
      { auth: `{ type: token }, { type: bearer, prefix: acme_pat_, ${ME} }` },
      'auth[1]',
    ],
    ['two headers', { auth: `{ type: token }, { type: bearer, header: X-Api-Key, ${ME} }` }, undefined],
    [
      'one header in two spellings',
      { auth: `{ type: bearer, header: X-Api-Key, ${ME} }, { type: bearer, header: x-api-key, ${ME} }` },
      'auth[1]',
    ],
    [
      'a header of a pair',
      { auth: `{ type: bearer, header: Token, ${ME} }, { type: headers, headers: [Email, Token], ${ME} }` },
      'auth[1]',
    ],
    [
      'one pair twice',
      {
        auth: `{ type: headers, headers: [Email, Token], ${ME} }, { type: headers, headers: [token, email], ${ME} }`,
      },
      'auth[1]',
    ],
  ],
  verification: [
    [
      'neither scopes nor grant',
      { auth: '{ type: bearer, verify: { request: GET /me } }' },
      'auth[0].verify',
    ],
    [
      'identity on a bearer, from a shared verify',
      { auth: '{ type: bearer, verify: { request: GET /me, grant: [a], identity: email } }' },
      undefined,
    ],
    [
      'identity without subject',
      {
        auth: '{ type: headers, headers: [E, T], verify: { request: GET /me, grant: [a], identity: email } }',
      },
      'auth[0].verify.identity',
    ],
    [
      'identity with subject',
      {
        auth: '{ type: headers, headers: [E, T], subject: e, verify: { request: GET /me, grant: [a], identity: x } }',
      },
      undefined,
    ],
    ['another subject', { auth: `{ type: headers, headers: [E, T], subject: X, ${ME} }` }, 'auth[0].subject'],
    ['a header twice', { auth: `{ type: headers, headers: [E, e], ${ME} }` }, 'auth[0].headers'],
    ...['//evil.example', '/a/../b', '/a/%2e%2E/b', '/..', '/a#b', '/a\\b'].map(
      (path): Case => [
        path,
        { auth: `{ type: bearer, verify: { request: 'GET ${path}', grant: [a] } }` },
        'auth[0].verify.request',
      ],
    ),
    ...['Host', 'content-length', 'Connection', 'Cookie', 'Mcp-Session-Id', 'X-Forwarded-For', 'Origin'].map(
      (header): Case => [header, { auth: `{ type: token, header: ${header} }` }, 'auth[0].header'],
    ),
    ['Host of a pair', { auth: `{ type: headers, headers: [Email, Host], ${ME} }` }, 'auth[0].headers[1]'],
  ],
  JWTs: [
    ['of an https issuer', { auth: jwt() }, undefined],
    [
      'of an issuer with a path and a slash',
      { auth: jwt('', 'https://id.example.com/realms/a/') },
      undefined,
    ],
    ['of an issuer on loopback', { auth: jwt('', 'http://127.0.0.1:8080/realms/a') }, undefined],
    [
      'with keys elsewhere',
      { auth: jwt(', jwks: "https://a.example/keys?p=1"', 'accounts.example') },
      undefined,
    ],
    ...[
      'http://id.example.com',
      'id.example.com',
      'ftp://id.example.com',
      'https://u:p@id.example.com',
      'https://id.example.com/?a',
      'https://id.example.com/#a',
      'http://127.0.0.1.example.com',
    ].map((issuer): Case => [issuer, { auth: jwt('', issuer) }, 'auth[0].issuer']),
    ...[
      'http://a.example/keys',
      'a.example/keys',
      'file:///keys',
      'https://u@a.example',
      'https://a.example/#',
    ].map((url): Case => [url, { auth: jwt(`, jwks: "${url}"`) }, 'auth[0].jwks']),
    ['a skew of hours', { auth: jwt(', clockSkew: 2h') }, 'auth[0].clockSkew'],
    ['keys kept no longer than used', { auth: jwt(', keys: { refresh: 2h }') }, 'auth[0].keys.keep'],
    ['a shared secret', { auth: jwt(', algorithms: [HS256]') }, 'auth[0].algorithms[0]'],
    ['no signature', { auth: jwt(', algorithms: [RS256, none]') }, 'auth[0].algorithms[1]'],
    ['no algorithm', { auth: jwt(', algorithms: []') }, 'auth[0].algorithms'],
    ['no audience', { auth: '{ type: jwt, issuer: "https://id.example.com" }' }, 'auth[0].audience'],
    ['an unusable header', { auth: jwt(', header: Cookie') }, 'auth[0].header'],
    ['nothing to forward', { api: ', credentials: { type: forward }', auth: jwt() }, 'apis[0].credentials'],
    ['a server that takes them', { auth: jwt(), rest: 'servers: [{ auth: [jwt] }]' }, undefined],
    ['before any bearer', { auth: `{ type: token }, ${jwt()}, ${BEARER}` }, undefined],
    ['behind any bearer', { auth: `${BEARER}, ${jwt()}` }, 'auth[1]'],
    ['behind a bearer with a prefix', { auth: `{ type: bearer, prefix: a_, ${ME} }, ${jwt()}` }, undefined],
    ['behind one that starts alike', { auth: `{ type: bearer, prefix: eyJh, ${ME} }, ${jwt()}` }, 'auth[1]'],
    ['before one that starts alike', { auth: `${jwt()}, { type: bearer, prefix: eyJh, ${ME} }` }, undefined],
    ['minted tokens that start alike', { auth: `${jwt()}, { type: token, prefix: ey }` }, 'auth[1]'],
    ['in another header', { auth: `${BEARER}, ${jwt(', header: X-Access-Token')}` }, undefined],
    ['of two issuers', { auth: `${jwt()}, ${jwt('', 'https://id.example.com/')}` }, undefined],
    ['of one issuer twice', { auth: `${jwt()}, ${jwt(', grant: [a]')}` }, 'auth[1]'],
  ],
  'upstream credentials': [
    ['forward with tokens only', { api: ', credentials: { type: forward }' }, 'apis[0].credentials'],
    ['forward with a bearer', { api: ', credentials: { type: forward }', auth: BEARER }, undefined],
    [
      'forward, else static',
      { api: ', credentials: [{ type: forward }, { type: static, value: x }]', auth: BEARER },
      undefined,
    ],
    [
      'static before forward',
      { api: ', credentials: [{ type: static, value: x }, { type: forward }]', auth: BEARER },
      'apis[0].credentials[1]',
    ],
    [
      'none before static',
      { api: ', credentials: [{ type: none }, { type: static, value: x }]' },
      'apis[0].credentials[1]',
    ],
    ...['"Bearer "', '" "', '"a\\r\\nb"', '"a\\n"', '"a\\0"', '"é"', '" x"'].map(
      (value): Case => [
        value,
        { api: `, credentials: { type: static, value: ${value} }` },
        'apis[0].credentials.value',
      ],
    ),
    ...['Host', 'Cookie', 'Transfer-Encoding', 'mcp-protocol-version', 'Proxy-Authorization'].map(
      (header): Case => [
        header,
        { api: `, credentials: [{ type: static, header: ${header}, value: x }]` },
        'apis[0].credentials[0].header',
      ],
    ),
  ],
  'declared scopes': [
    ['a plain name', { rest: 'scopes: { billing: { allow: [write:invoices] } }' }, undefined],
    ['a name at its word', { rest: 'scopes: { read:lucent: { allow: [read:*] } }' }, undefined],
    ['a wildcard', { rest: 'scopes: { "read:*": { allow: [read:x] } }' }, 'scopes["read:*"]'],
    ['everything', { rest: 'scopes: { "*": { allow: [read:x] } }' }, 'scopes["*"]'],
    [
      'a higher tier',
      { rest: 'scopes: { read:invoices: { allow: [write:invoices] } }' },
      'scopes["read:invoices"]',
    ],
    ['everything behind a tier', { rest: 'scopes: { read:x: { allow: ["*"] } }' }, 'scopes["read:x"]'],
    [
      'a higher tier through another name',
      { rest: 'scopes: { read:x: { allow: [more] }, more: { allow: [manage:x] } }' },
      'scopes["read:x"]',
    ],
    ['a title alone', { rest: 'scopes: { a: { title: A, allow: [a] } }' }, undefined],
    ['a tier at its word', { rest: 'scopes: { read:x: { title: X, allow: [read:x] } }' }, undefined],
    [
      'a title of one that another names',
      { rest: 'scopes: { a: { allow: [a] }, b: { allow: [a] } }' },
      undefined,
    ],
    ['itself and more', { rest: 'scopes: { a: { allow: [a, read:x] } }' }, 'scopes.a'],
    ['everything by its own name', { rest: 'scopes: { "*": { allow: ["*"] } }' }, 'scopes["*"]'],
  ],
}

for (const [group, cases] of Object.entries(CASES)) {
  t.test(group, async t => {
    for (const [title, parts, path] of cases) {
      const text = withParts(parts)
      if (path === undefined) {
        t.doesNotThrow(() => loadText(t, text), title)
        continue
      }
      const problems = problemsOf(t, text)
      t.same(
        problems.map(problem => problem.path),
        [path],
        title,
      )
      t.ok(problems[0]?.line !== undefined && problems[0].fix !== '', `${title}: line and fix`)
    }
  })
}

t.test('a circle of scopes is found at each of its names', async t => {
  const problems = problemsOf(
    t,
    withParts({ rest: 'scopes: { a: { allow: [b] }, b: { allow: [a] }, c: { allow: [a] } }' }),
  )
  t.same(
    problems.map(problem => problem.path),
    ['scopes.a', 'scopes.b'],
  )
})

t.test('the pass-through may not take what is Postern’s own', async t => {
  for (const path of ['/', '/healthz', '/.well-known/x']) {
    const problems = problemsOf(t, withParts({ rest: `passthrough: { path: ${path}, api: billing }` }))
    t.ok(
      problems.some(problem => problem.path === 'passthrough.path'),
      path,
    )
  }
})

t.test('a static credential that is empty after substitution is refused', async t => {
  const text = withParts({ api: ', credentials: { type: static, value: "Bearer $' + '{BACKEND}" }' })
  t.match(problemsOf(t, text, { BACKEND: '' }), [{ path: 'apis[0].credentials.value' }])
  t.match(problemsOf(t, text, {}), [{ message: /BACKEND is not set/ }])
  t.doesNotThrow(() => loadText(t, text, { BACKEND: 'x' }))
})
