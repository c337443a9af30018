import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { renderDifference } from '../../src/cli/diff.ts'
import { documentOf } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

// Every command is a process of its own.
t.setTimeout(180_000)

function prepared(t: Parameters<typeof workspace>[0], changes: object = {}) {
  const cwd = workspace(t, changes)
  const document = documentOf(['/b', '/c']) as { paths: Record<string, Record<string, object>> }
  document.paths['/b'] = { delete: { ...document.paths['/b']?.get } }
  writeFileSync(join(cwd, 'new.json'), JSON.stringify(document))
  return cwd
}

t.test('added, removed and riskier tools, one line each', async t => {
  const cwd = prepared(t)
  const { status, stdout, stderr } = runPostern(['diff', 'openapi.json', 'new.json'], { cwd })
  t.equal(status, 0, stderr)
  t.match(stdout, /^\+ acme_get_c {2}GET \/c {2}read$/m)
  t.match(stdout, /^- acme_get_a {2}GET \/a {2}read$/m)
  t.match(stdout, /^! acme_get_b {2}DELETE \/b\n {4}riskier: its tier is manage, it was read$/m)
  t.match(stdout, /^1 added, 1 removed, 1 changed, 1 riskier\n$/m)
  t.equal(runPostern(['diff', 'openapi.json', 'new.json', '--exit-code'], { cwd }).status, 1)
  t.equal(runPostern(['diff', 'openapi.json', 'openapi.json', '--exit-code'], { cwd }).status, 0)
  const json = runPostern(['diff', 'openapi.json', 'new.json', '--json'], { cwd })
  t.match(JSON.parse(json.stdout), {
    added: [{ name: 'acme_get_c' }],
    riskier: [{ name: 'acme_get_b', risks: [String] }],
  })
})

t.test('a lock file or a configuration on either side', async t => {
  const cwd = prepared(t)
  runPostern(['lock'], { cwd })
  const lock = runPostern(['diff', 'postern.lock.json', 'new.json'], { cwd })
  t.match(lock.stdout, /^1 added, 1 removed, 1 changed, 1 riskier\n$/m)
  t.match(
    runPostern(['diff', 'postern.lock.json', 'postern.yaml'], { cwd }).stdout,
    /^0 added, 0 removed, 0 changed/m,
  )
  writeFileSync(
    join(cwd, 'other.yaml'),
    readFileSync(join(cwd, 'postern.yaml'), 'utf8').replace('openapi.json', 'new.json'),
  )
  t.match(
    runPostern(['diff', 'openapi.json', 'other.yaml'], { cwd }).stdout,
    /^1 added, 1 removed, 1 changed/m,
  )
})

t.test('rules that are for the other document are no mistake of this one', async t => {
  const rules = [{ match: { path: '/a' }, when: '"boss" in principal.roles' }]
  const apis = [
    { name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9', tools: { rules } },
  ]
  const { status, stderr } = runPostern(['diff', 'openapi.json', 'new.json'], { cwd: prepared(t, { apis }) })
  t.equal(status, 0, stderr)
})

t.test('what is not there, and which API of several', async t => {
  const api = { name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9' }
  const cwd = prepared(t, { apis: [api, { ...api, name: 'more' }] })
  t.match(runPostern(['diff', 'gone.json', 'new.json', '--api', 'more'], { cwd }), {
    status: 1,
    stderr: /gone\.json/,
  })
  t.match(runPostern(['diff', 'openapi.json', 'new.json'], { cwd }), {
    status: 1,
    stderr: /--api .*billing, more/,
  })
  t.match(runPostern(['diff', 'openapi.json', 'new.json', '--api', 'x'], { cwd }), {
    status: 1,
    stderr: /no API x/,
  })
  t.match(runPostern(['diff', 'openapi.json', 'new.json', '--api', 'more'], { cwd }).stdout, /^1 added/m)
})

t.test('words of a document can’t drive the terminal', async t => {
  const tool = { name: 'a', api: 'a', operation: 'GET /\u001b[2J\u202e', tier: 'read' } as const
  const text = renderDifference({ added: [tool], removed: [], changed: [], riskier: [] })
  for (const control of '\u001b\u202e') t.notOk(text.includes(control))
})
