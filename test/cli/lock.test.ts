import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runPostern, workspace } from './run-postern.ts'

// Every command is a process of its own.
t.setTimeout(180_000)

const api = { name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9', approve: 'riskier' }
const document = (operationId: string) => ({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  paths: { '/things': { post: { operationId, responses: {} } } },
})
const describe = (cwd: string, operationId: string) =>
  writeFileSync(join(cwd, 'openapi.json'), JSON.stringify(document(operationId)))

t.test('the file is written once, and --check tells when it would change', async t => {
  const cwd = workspace(t)
  const file = join(cwd, 'postern.lock.json')
  const missing = runPostern(['lock', '--check'], { cwd })
  t.equal(missing.status, 1)
  t.match(missing.stdout, /would change; run `postern lock` \(2 tools, 2 added, 0 removed\)/)
  t.notOk(existsSync(file), '--check writes nothing')
  const written = runPostern(['lock'], { cwd })
  t.equal(written.status, 0, written.stderr)
  const text = readFileSync(file, 'utf8')
  t.match(JSON.parse(text), {
    lockVersion: 1,
    apis: [{ name: 'billing', prefix: 'acme_', tools: [{ name: 'acme_get_a' }, {}] }],
  })
  t.equal(runPostern(['lock', '--check'], { cwd }).status, 0)
  t.match(JSON.parse(runPostern(['lock', '--json'], { cwd }).stdout), {
    changes: false,
    written: false,
    tools: 2,
    pending: [],
  })
  t.equal(readFileSync(file, 'utf8'), text)
  t.same(
    readdirSync(cwd).filter(name => name.includes('.tmp')),
    [],
    'nothing is left behind',
  )
})

t.test('a tool that became riskier is hidden until it is approved', async t => {
  const cwd = workspace(t, { apis: [api] }, document('searchThings'))
  t.match(runPostern(['check'], { cwd }).stdout, /^warning: apis\[0\]\.approve: there is no lock file/m)
  runPostern(['lock'], { cwd })
  describe(cwd, 'purgeThings')
  t.match(runPostern(['tools'], { cwd }).stdout, /No tool is visible/)
  const check = runPostern(['check'], { cwd })
  t.match(
    check.stdout,
    /^excluded POST \/things\n +riskier than the lock file says: .*`postern lock --approve acme_search_things` approves it/m,
  )
  const waiting = runPostern(['lock'], { cwd })
  t.equal(waiting.status, 0)
  t.match(waiting.stdout, /is up to date/)
  t.match(waiting.stdout, /^riskier: acme_search_things \(POST \/things\): its tier is manage, it was read/m)
  const misspelt = runPostern(['lock', '--approve', 'acme_serch_things'], { cwd })
  t.equal(misspelt.status, 1)
  t.match(misspelt.stderr, /no tool of this name waits for approval. Waiting: acme_search_things/)
  t.match(runPostern(['tools'], { cwd }).stdout, /No tool is visible/, 'nothing was approved by mistake')
  t.match(runPostern(['lock', '--approve', 'acme_search_things'], { cwd }).stdout, /written .*1 approved/)
  t.match(runPostern(['tools'], { cwd }).stdout, /^acme_search_things +manage/m)
  describe(cwd, 'searchThings')
  const milder = runPostern(['lock'], { cwd })
  t.match(milder.stdout, /^riskier: .*it asks for the scope read:things, it asked for manage:things/m)
  t.match(runPostern(['lock', '--approve-all'], { cwd }).stdout, /1 approved/)
})

t.test('a lock file that can not be read stops everything, with file and fix', async t => {
  const cwd = workspace(t)
  writeFileSync(join(cwd, 'postern.lock.json'), '<<<<<<< HEAD\n')
  for (const command of ['check', 'tools', 'lock', 'serve']) {
    const { status, stderr } = runPostern([command], { cwd })
    t.equal(status, 1, command)
    t.match(stderr, /postern\.lock\.json: a merge conflict is left in it\n +fix: +restore/, command)
  }
})

t.test(
  'each configuration has a lock file of its own, and one that can not be written is said so',
  async t => {
    const cwd = workspace(t)
    copyFileSync(join(cwd, 'postern.yaml'), join(cwd, 'staging.yaml'))
    t.equal(runPostern(['-c', 'staging.yaml', 'lock'], { cwd }).status, 0)
    t.ok(existsSync(join(cwd, 'staging.lock.json')))
    t.notOk(existsSync(join(cwd, 'postern.lock.json')))
    mkdirSync(join(cwd, 'postern.lock.json'))
    const { status, stderr } = runPostern(['lock'], { cwd })
    t.equal(status, 1)
    t.match(stderr, /postern\.lock\.json: it can’t be read \(EISDIR\)/)
    const overlay = runPostern(['lint', '-c', 'staging.yaml', '--write-overlay', 'gone/mend.yaml'], { cwd })
    t.match(overlay, { status: 1, stderr: /gone\/mend\.yaml: it can’t be written \(ENOENT\)/ })
    t.notMatch(overlay.stderr, /\n\s+at .*\.ts/, 'no stack')
  },
)
