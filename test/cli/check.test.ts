import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { renderReport } from '../../src/cli/check.ts'
import { documentOf } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

t.test('a good configuration: counts, a last word, exit 0', async t => {
  const { status, stdout, stderr } = runPostern(['check'], { cwd: workspace(t) })
  t.equal(status, 0, stderr)
  t.match(stdout, /^2 operations: 2 exposed, 0 degraded, 0 skipped, 0 excluded$/m)
  t.match(stdout, /^billing: OpenAPI 3\.1, 2 operations: 2 exposed, 0 degraded, 0 skipped, 0 excluded$/m)
  t.match(stdout, /postern\.yaml: configuration is good\n$/)
  t.notMatch(stdout, /^(note|warning):/m)
})

t.test('all mistakes at once, each with place and fix, exit 1, nothing on standard output', async t => {
  const cwd = workspace(t, { nmae: 'x', auth: [{ type: 'tokn' }], listen: { port: 99999 } })
  const { status, stdout, stderr } = runPostern(['check'], { cwd })
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /nmae/)
  t.match(stderr, /auth\[0\]/)
  t.match(stderr, /listen\.port/)
  t.match(stderr, /3 problems in .*postern\.yaml/)
  t.equal(stderr.match(/fix:/g)?.length, 3)
  t.notMatch(stderr, /\n\s+at .*\.ts/, 'no stack')
})

t.test('no file, no document, a broken document: exit 1 and plain words', async t => {
  const nothing = runPostern(['check', '--config', join(t.testdir(), 'none.yaml')])
  t.equal(nothing.status, 1)
  t.match(nothing.stderr, /there is no file .*none\.yaml/)
  const cwd = workspace(t, {
    apis: [{ name: 'billing', openapi: './gone.json', upstream: 'http://127.0.0.1:9' }],
  })
  const gone = runPostern(['check'], { cwd })
  t.equal(gone.status, 1)
  t.match(gone.stderr, /gone\.json/)
  writeFileSync(join(cwd, 'gone.json'), '{"openapi": ')
  const broken = runPostern(['check'], { cwd })
  t.equal(broken.status, 1)
  t.match(broken.stderr, /gone\.json/)
  for (const { stdout, stderr } of [nothing, gone, broken]) {
    t.equal(stdout, '')
    t.notMatch(stderr, /\n\s+at .*\.[jt]s/, 'no stack')
  }
})

t.test('what is said in vain and what is risky is told, and is no error', async t => {
  const cwd = workspace(t, {
    audit: { to: 'off' },
    apis: [
      {
        name: 'billing',
        openapi: './openapi.json',
        upstream: 'http://api.internal',
        tools: { include: [{ path: '/**' }, { operation: 'gone*' }] },
      },
    ],
  })
  const { status, stdout } = runPostern(['check'], { cwd })
  t.equal(status, 0)
  t.match(stdout, /^warning: apis\[0\]\.tools\.include\[1\]: matches no operation/m)
  t.match(stdout, /^note: apis\[0\]\.upstream: .*api\.internal over plain http/m)
  t.match(stdout, /^note: audit: /m)
  const json = runPostern(['check', '--json'], { cwd })
  t.equal(json.status, 0)
  const report = JSON.parse(json.stdout)
  t.match(report, {
    operations: [{ method: 'GET', path: '/a', outcome: 'exposed' }, { path: '/b' }],
    warnings: [{ path: 'apis[0].tools.include[1]' }],
    notes: [{ path: 'apis[0].upstream' }, { path: 'audit' }],
    documents: Array,
    versions: [{ api: 'billing', version: '3.1' }],
  })
})

t.test('one bad operation is reported, not fatal; --all names the good ones too', async t => {
  const document = documentOf(['/good']) as { paths: Record<string, object> }
  document.paths['/bad/{id}'] = { get: { operationId: 'bad', responses: {} } }
  const cwd = workspace(t, {}, document)
  const some = runPostern(['check'], { cwd })
  t.equal(some.status, 0, some.stderr)
  t.match(some.stdout, /\/bad\/\{id\}/)
  t.notMatch(some.stdout, /exposed +GET \/good/)
  t.match(runPostern(['check', '--all'], { cwd }).stdout, /exposed +GET \/good as acme_get_good/)
})

t.test('words of a document can’t drive the terminal', async t => {
  const text = renderReport(
    [
      {
        api: 'a',
        pointer: '#',
        method: 'GET',
        path: '/\u001b[2J\u202e',
        operationId: undefined,
        outcome: 'skipped',
        tool: undefined,
        reasons: ['because\r\n\u0007'],
      },
    ],
    false,
  )
  for (const control of '\u001b\u202e\u0007\r') t.notOk(text.includes(control))
  t.match(text, /^skipped +GET \//)
  t.match(text, /^ +at a#$/m, 'what is skipped is named with its place')
})
