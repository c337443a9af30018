import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { PosternError } from '../../src/errors.ts'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

const COMPLETE = `
name: acme                          # serverInfo.name and the default tool prefix
title: Acme Billing
instructions: Ask for list_invoices before get_invoice.
publicUrl: https://mcp.acme.com/
listen: { host: 127.0.0.1, port: 8080 }
store: { type: redis, url: \${REDIS_URL} }
apis:
  - name: billing
    openapi: ../openapi/billing.yaml
    upstream: https://api.acme.com
    timeout: 30s
    credentials: { type: forward }
    tools:
      prefix: acme_
      include: [{ tag: invoices }, { path: /contacts/** }, { operation: list* }, { method: GET }]
      exclude: [{ deprecated: true }]
      rules:
        - match: { operation: sendInvoice }
          name: acme_send_invoice
          tier: manage
          hints: { openWorld: true, destructive: false, idempotent: false }
          scope: manage:invoices
        - match: { path: /orgs/{org_id}/** }
          bind: { org_id: principal.organization }
        - match: { operation: exportLedger }
          when: '"accountant" in principal.roles'
servers:
  - { path: /mcp }
  - { path: /mcp/admin, tools: [{ tag: admin }], auth: [token] }
auth:
  - { type: token, prefix: acme_pat_ }
  - type: bearer
    prefix: lct_pat_
    verify: &me
      request: GET /api/v1/me
      subject: id
      organization: organization.id
      scopes: token.scopes
      roles: roles
      cache: 30s
  - type: headers
    headers: [Email, Token]
    subject: Email
    verify: *me
  - { type: anonymous, scopes: [read:*] }
scopes:
  read:lucent: { title: "Read your signals, issues and insights", allow: [read:*] }
allowAnonymous: true
passthrough: { path: /api, api: billing }
audit: { to: stdout }
`

t.test('a complete file loads', async t => {
  const config = loadText(t, COMPLETE, { REDIS_URL: 'redis://localhost' })
  t.equal(config.publicUrl, 'https://mcp.acme.com', 'without the slash at its end')
  t.same(config.store, { type: 'redis', url: 'redis://localhost', keyPrefix: 'acme:' })
  t.equal(config.apis[0]?.timeout, 30_000)
  t.same(config.apis[0]?.credentials, [{ type: 'forward' }])
  const rules = config.apis[0]?.tools.rules
  t.equal(rules?.[1]?.match.path, '/orgs/{org_id}/**', 'braces of a path template survive a flow mapping')
  t.equal(rules?.[1]?.bind?.org_id?.evaluate({ organization: 'o1' }), 'o1')
  t.equal(rules?.[2]?.when?.evaluate({ roles: ['accountant'] }), true)
  t.same(config.auth[1], {
    type: 'bearer',
    prefix: 'lct_pat_',
    header: 'Authorization',
    verify: {
      request: 'GET /api/v1/me',
      subject: 'id',
      organization: 'organization.id',
      scopes: 'token.scopes',
      roles: 'roles',
      cache: 30_000,
      negativeCache: 5_000,
    },
  })
  t.same(config.scopes['read:lucent']?.allow, ['read:*'])
})

t.test('defaults that derive from other keys are filled in', async t => {
  const config = loadText(t, MINIMAL)
  t.equal(config.apis[0]?.tools.prefix, 'acme_')
  t.same(config.apis[0]?.credentials, [{ type: 'none' }])
  t.same(config.auth, [{ type: 'token', prefix: 'acme_pat_', header: 'Authorization' }])
  t.same(config.servers, [{ path: '/mcp', expose: 'tools', profile: 'auto' }])
  t.same(config.listen, { host: '127.0.0.1', port: 8080 })
  t.same(config.store, { type: 'sqlite', path: './postern.db' })
  t.equal(config.publicUrl, undefined)
  t.equal(join(config.directory, config.file.slice(config.directory.length + 1)), config.file)
  t.notOk('$schema' in config)
})

t.test('the configuration is frozen to its depths', async t => {
  const config = loadText(t, COMPLETE, { REDIS_URL: 'redis://localhost' })
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    t.ok(Object.isFrozen(value), path)
    for (const [key, member] of Object.entries(value)) walk(member, `${path}.${key}`)
  }
  walk(config, 'config')
})

t.test('every mistake is reported at once, with line, value and fix', async t => {
  const problems = problemsOf(
    t,
    `name: Acme
listen: { host: 0.0.0.0, port: 99999 }
apis:
  - name: billing
    openapii: billing.yaml
    timeout: 30 parsecs
    tools:
      rules:
        - match: {}
          when: principal.rolez == 1
        - match: { tag: a }
          when: '"no boolean"'
auth:
  - type: tokn
  - { type: anonymous, scopes: [read:*] }
  - { type: bearer, verify: { request: GET /me } }
log: { level: debgu }
passthrough: { path: /healthz/x, api: nope }
`,
  )
  const expected: readonly (readonly [string, number, string | undefined, RegExp, RegExp])[] = [
    ['name', 1, 'Acme', /^not a name$/, /^write at most 32/],
    ['listen.port', 2, '99999', /^the number is too large$/, /^write at most 65535$/],
    ['apis[0].openapi', 4, undefined, /^openapi is missing$/, /^add openapi$/],
    ['apis[0].openapii', 5, undefined, /^openapii is not a known key here$/, /^did you mean openapi\?$/],
    ['apis[0].timeout', 6, '30 parsecs', /^not a duration$/, /^write 500ms, 30s, 5m, 12h or 7d$/],
    ['apis[0].tools.rules[0].match', 9, undefined, /an empty selector would match everything/, /^name at/],
    ['apis[0].tools.rules[0].when', 10, 'principal.rolez == 1', /did you mean roles\?/, /^write CEL/],
    ['apis[0].tools.rules[1].when', 12, '"no boolean"', /yields string/, /true or false/],
    ['auth[0].type', 14, 'tokn', /^not a known type$/, /^did you mean token\?$/],
    ['auth[1].type', 15, 'anonymous', /would need no credential/, /allowAnonymous: true/],
    ['auth[2].verify', 16, undefined, /would have no scopes/, /grant/],
    ['log.level', 17, 'debgu', /^not a value that is known here$/, /^did you mean debug\?$/],
    ['passthrough.api', 18, 'nope', /^not an API that is configured under apis$/, /^write one of billing$/],
    ['passthrough.path', 18, '/healthz/x', /^\/healthz is Postern’s own$/, /another path/],
  ]
  t.same(
    problems.map(problem => [problem.path, problem.line, problem.value]),
    expected.map(([path, line, value]) => [path, line, value]),
  )
  for (const [index, [path, , , message, fix]] of expected.entries()) {
    t.match(problems[index]?.message, message, path)
    t.match(problems[index]?.fix, fix, path)
  }
})

t.test('keys and kinds of later versions are named as such', async t => {
  const problems = problemsOf(
    t,
    `${MINIMAL}telemetry: {}
console: {}
`,
  )
  t.same(
    problems.map(problem => [problem.path, problem.message]),
    [
      ['telemetry', 'telemetry is not offered by this version'],
      ['console', 'console is not offered by this version'],
    ],
  )
  const inside = `name: acme
apis:
  - name: billing
    openapi: billing.yaml
    tools: { rules: [{ match: { tag: a }, metrics: true, tracing: 5 }] }
auth: [{ type: token }]
`
  for (const problem of problemsOf(t, inside)) t.match(problem.message, /is not offered by this version$/)
  t.equal(problemsOf(t, inside).length, 2)
})

t.test('no problem shows a secret', async t => {
  const env = { TOKEN: 'env-s3cr3t\n', REDIS: 'http://env-s3cr3t', NAME: 'env-s3cr3t!', SCOPE: 'env-s3cr3t"' }
  const problems = problemsOf(
    t,
    `name: \${NAME}
store: { type: redis, url: "http://user:file-s3cr3t@host" }
apis:
  - name: billing
    openapi: billing.yaml
    credentials:
      - { type: static, value: "Bearer \${TOKEN}" }
      - { type: static, value: "file-s3cr3t\\n" }
      - { type: static, valeu: file-s3cr3t }
    tools: { rules: [{ match: { tag: a }, when: '\${SCOPE} == \${NAME}' }] }
auth:
  - { type: token, secretKey: file-s3cr3t }
  - { type: anonymous, scopes: ["\${SCOPE}"] }
`,
    env,
  )
  t.ok(problems.length >= 7, `${problems.length} problems`)
  t.notMatch(JSON.stringify(problems), /s3cr3t/)
  t.ok(
    problems.some(problem => problem.path === 'name' && problem.value === '$' + '{NAME}'),
    'what the file says is shown instead',
  )
})

t.test('a syntax error shows no content of the file', async t => {
  const problems = problemsOf(t, 'name: acme\napis: [\n  value: "Bearer s3cr3t\nauth: s3cr3t: s3cr3t }\n')
  t.notMatch(JSON.stringify(problems), /s3cr3t/)
  t.match(problems, [{ path: '', line: Number, message: /^not valid YAML \(line \d+, column \d+\)/ }])
})

t.test('a number or a boolean may come from the environment', async t => {
  const text = `${MINIMAL}listen: { port: \${PORT:-8081} }
allowAnonymous: \${OPEN}
`
  const config = loadText(t, text, { OPEN: 'true' })
  t.equal(config.listen.port, 8081)
  t.equal(config.allowAnonymous, true)
  t.equal(loadText(t, text, { OPEN: 'false', PORT: '9000' }).listen.port, 9000)
  for (const PORT of ['80a', '0x50', '1e3', '', ' 80', '99999', '1.5']) {
    const problems = problemsOf(t, text.replace(':-8081', ''), { OPEN: 'true', PORT })
    t.match(problems, [{ path: 'listen.port', value: '$' + '{PORT}' }], JSON.stringify(PORT))
  }
  t.match(problemsOf(t, text, { OPEN: 'yes' }), [{ path: 'allowAnonymous', fix: 'write true or false' }])
  t.match(
    problemsOf(t, `${MINIMAL}listen: { port: "8080" }`),
    [{ path: 'listen.port', message: 'a text where a number is expected' }],
    'only a placeholder is read as a number',
  )
})

t.test('a missing variable is the only problem of its key', async t => {
  const problems = problemsOf(t, `${MINIMAL}publicUrl: \${PUBLIC_URL}\n`, { OTHER: 'value' })
  t.match(problems, [
    {
      path: 'publicUrl',
      line: 4,
      message: 'the environment variable PUBLIC_URL is not set',
      fix: /PUBLIC_URL:-/,
    },
  ])
  t.equal(problems.length, 1)
})

t.test('the file itself can be what is wrong', async t => {
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ['', /the file is empty/],
    ['# only a comment', /the file is empty/],
    ['just text', /a text where a mapping of keys is expected/],
    ['- a\n- b', /a list where a mapping of keys is expected/],
    [new Uint8Array([0x6e, 0xff, 0xfe]), /not UTF-8/],
    [`${MINIMAL}---\nname: b\n`, /more than one YAML document/],
    [`${MINIMAL}name: b\n`, /a key is there twice/],
    [`${MINIMAL}title: !secret x\n`, /not valid YAML.*tag/i],
    [`${MINIMAL}title: *nowhere\n`, /alias/i],
    [`title: ${'['.repeat(20_000)}`, /not valid YAML|nested too deeply/],
    [new Uint8Array(2_000_001).fill(0x23), /too large/],
  ]
  for (const [text, expected] of cases) t.match(problemsOf(t, text)[0]?.message, expected)
  const missing = join(t.testdir(), 'missing.yaml')
  t.throws(() => loadConfig(missing), { code: 'configuration_invalid', data: { file: missing } })
  t.throws(() => loadConfig(t.testdir()), { code: 'configuration_invalid' })
})

t.test('aliases can’t be made to fill the memory or go in circles', async t => {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`)
  t.match(problemsOf(t, `l0: &l0 [x]\n${levels.join('\n')}\n`)[0]?.message, /aliases/)
  t.match(
    problemsOf(t, `${MINIMAL}allowedHosts: &a [*a]\n`).map(problem => problem.message),
    [/alias/],
  )
})

t.test('merge keys work, and problems in what was merged have a line', async t => {
  const problems = problemsOf(
    t,
    `name: acme
apis:
  - &base
    name: one
    openapi: a.yaml
    timeout: never
  - { <<: *base, name: two }
auth: [{ type: token }]
`,
  )
  t.match(problems, [
    { path: 'apis[0].timeout', line: 6 },
    { path: 'apis[1].timeout', line: 6 },
  ])
})

t.test('process.env is read where no environment is given', async t => {
  const file = join(
    t.testdir({ 'postern.yaml': `${MINIMAL}title: \${POSTERN_TEST_TITLE}\n` }),
    'postern.yaml',
  )
  process.env.POSTERN_TEST_TITLE = 'from the process'
  t.teardown(() => {
    delete process.env.POSTERN_TEST_TITLE
  })
  t.equal(loadConfig(file).title, 'from the process')
})

t.test('the error says how many, and where', async t => {
  try {
    loadText(t, `${MINIMAL}a: 1\nb: 2\n`)
    t.fail('loaded')
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    t.equal(error.message, 'The configuration has 2 mistakes.')
    const problems: unknown = error.data?.problems
    t.equal(Array.isArray(problems) && problems.length, 2)
  }
})
