import t from 'tap'
import { openStore } from '../../src/store/open-store.ts'
import { connect } from '../admin/connect.ts'
import { runPostern, workspace } from './run-postern.ts'

// Several processes, one after the other.
t.setTimeout(120_000)

const OAUTH = { auth: [{ type: 'token' }, { type: 'oauth', signIn: [] }] }

t.test('listed, searched, revoked', async t => {
  const cwd = workspace(t, OAUTH)
  const run = (...args: string[]) => runPostern(['connection', ...args], { cwd })
  t.match(run('list'), { status: 0, stdout: 'No client is connected.\n', stderr: '' })

  const store = await openStore({ directory: cwd, store: { type: 'sqlite', path: 'postern.db' } })
  const ada = await connect(store, 'ada', 'https://claude.ai/c.json')
  const eve = await connect(store, 'eve', 'https://claude.ai/c.json')
  t.teardown(() => store.close())

  t.match(
    run('list').stdout,
    new RegExp(`^${ada} +Claude +claude\\.ai +ada \\(acme\\) +read:\\* +https://`, 'm'),
  )
  t.match(JSON.parse(run('list', '--subject', 'eve', '--json').stdout), [{ id: eve, subject: 'eve' }])
  t.equal(JSON.parse(run('list', '--client', 'https://claude.ai/c.json', '--json').stdout).length, 2)

  t.match(run('revoke', ada), { status: 0, stdout: `revoked ${ada}\n`, stderr: '' })
  await store.fresh()
  t.match(store.revocations.find('credential', ada), { recheck: false })
  t.match(JSON.parse(run('list', '--json').stdout), [{ id: eve }])
  t.match(run('revoke', ada), { status: 1, stderr: /no connection gra_/ })
  t.match(run('revoke', '\u001b[31m'), { status: 1, stderr: /no connection/ })
  t.notMatch(run('revoke', '\u001b[31m').stderr, '\u001b')
})

t.test('without an authorization server that is said', async t => {
  const cwd = workspace(t)
  t.match(runPostern(['connection', 'list'], { cwd }), { status: 1, stderr: /- type: oauth/ })
})
