import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createSealedCredentials } from '../../src/upstream/credentials/sealed-credentials.ts'
import { createSealer } from '../../src/upstream/credentials/sealer.ts'
import { createSealingKey } from '../upstream/credentials/fixtures.ts'
import { runPostern, workspace } from './run-postern.ts'

t.setTimeout(120_000)

const API = { name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9' }
const ADA = ['--api', 'billing', '--subject', 'ada']

function setUp(t: Test, credentials: object = { type: 'sealed' }, changes: object = {}) {
  const key = createSealingKey()
  const keys = [{ file: './sealing.key' }]
  const cwd = workspace(t, { apis: [{ ...API, credentials }], sealing: { keys }, ...changes })
  writeFileSync(join(cwd, 'sealing.key'), `${key}\n`)
  return {
    cwd,
    key,
    run: (args: readonly string[], input = '') => runPostern(['credential', ...args], { cwd, input }),
    /** What a gateway with the same configuration would find. */
    async kept(subject: string, organization?: string) {
      const config = loadConfig(join(cwd, 'postern.yaml'), { env: {} })
      const store = await openStore(config)
      try {
        const sealer = createSealer(config.sealing ?? { keys: [] })
        return await createSealedCredentials(store, sealer, config.name).get({
          api: 'billing',
          subject,
          organization,
        })
      } finally {
        await store.close()
      }
    },
  }
}

t.test('a credential’s life: kept from standard input, listed without it, deleted', async t => {
  const { run, kept } = setUp(t)
  const set = run(['set', ...ADA], 'Authorization: Bearer s3cr3t\n')
  t.match(set, { status: 0, stdout: 'kept for ada at billing\n', stderr: '' })
  t.strictSame(await kept('ada'), { authorization: 'Bearer s3cr3t' })
  const inOrganization = run(['set', ...ADA, '--organization', 'org-1'], 'authorization:Bearer other-s3cr3t')
  t.match(inOrganization.stdout, 'kept for ada (org-1) at billing')
  t.strictSame(await kept('ada', 'org-1'), { authorization: 'Bearer other-s3cr3t' })
  const [table, listed] = [run(['list']), run(['list', '--json'])]
  t.match(table.stdout, /^billing +ada\nbilling +ada +org-1$/m)
  t.strictSame(JSON.parse(listed.stdout), [
    { api: 'billing', subject: 'ada' },
    { api: 'billing', subject: 'ada', organization: 'org-1' },
  ])
  t.notMatch(table.stdout + listed.stdout, 's3cr3t')
  t.match(run(['delete', ...ADA]), { status: 0, stdout: 'deleted for ada at billing\n' })
  t.equal(await kept('ada'), undefined)
  t.ok(await kept('ada', 'org-1'), 'the other one stays')
  t.match(run(['delete', ...ADA]), { status: 1, stderr: /None is kept for ada at billing/ })
})

t.test('what is no credential is refused, and what was kept stays', async t => {
  const { run, kept } = setUp(t)
  run(['set', ...ADA], 'Authorization: Bearer s3cr3t')
  const { status, stdout, stderr } = run(['set', ...ADA], 'Bearer other-s3cr3t')
  t.match({ status, stdout, stderr }, { status: 1, stdout: '', stderr: /Authorization: Bearer …/ })
  t.notMatch(stderr, 's3cr3t')
  t.strictSame(await kept('ada'), { authorization: 'Bearer s3cr3t' })
})

t.test('what is not configured is said, with what to add', async t => {
  const { run } = setUp(t, { type: 'none' })
  t.match(run(['set', ...ADA], 'Authorization: x'), { status: 1, stderr: /credentials: \{ type: sealed \}/ })
  t.match(run(['set', '--api', 'bling', '--subject', 'ada']), {
    status: 1,
    stderr: /no API bling; there is billing/,
  })
  const without = setUp(t, { type: 'none' }, { sealing: undefined })
  t.match(without.run(['list']), { status: 1, stderr: /sealing: \{ keys:/ })
  const inMemory = setUp(t, { type: 'sealed' }, { store: { type: 'memory' } })
  t.match(inMemory.run(['list']), { status: 1, stderr: /credentials live only inside/ })
  t.match(run(['set', '--api', 'billing']), { status: 1, stderr: /--subject/ })
})

t.test('reseal: after it, the older key can go', async t => {
  const { run, cwd, kept, key } = setUp(
    t,
    { type: 'sealed' },
    {
      sealing: { keys: [{ file: './sealing.key' }, { file: './older.key' }] },
    },
  )
  writeFileSync(join(cwd, 'older.key'), createSealingKey())
  run(['set', ...ADA], 'Authorization: Bearer s3cr3t')
  writeFileSync(join(cwd, 'older.key'), key)
  writeFileSync(join(cwd, 'sealing.key'), createSealingKey())
  t.match(run(['reseal']), { status: 0, stdout: 'encrypted anew: 1\n' })
  t.match(run(['reseal']), { status: 0, stdout: 'encrypted anew: 0\n' })
  writeFileSync(join(cwd, 'older.key'), createSealingKey())
  t.strictSame(await kept('ada'), { authorization: 'Bearer s3cr3t' })
  writeFileSync(join(cwd, 'sealing.key'), createSealingKey())
  t.match(run(['reseal']), { status: 1, stderr: /Not readable with any of sealing\.keys: ada at billing/ })
})
