import t from 'tap'
import { runPostern, workspace } from './run-postern.ts'

// Dozens of processes, one after the other.
t.setTimeout(120_000)

t.test('revoked, listed, lifted', async t => {
  const cwd = workspace(t)
  const run = (...args: string[]) => runPostern(['revocation', ...args], { cwd })
  t.match(run('list'), { status: 0, stdout: 'Nothing is revoked.\n' })
  for (const [args, said] of [
    [['--subject', 'ada'], 'revoked: subject ada\n'],
    [['--org', 'org 1', '--until', '30d', '--reason', 'unpaid'], 'revoked: organization org 1\n'],
    [['--client', 'claude', '--until', '2099-01-01T00:00:00Z'], 'revoked: client claude\n'],
    [['--credential', 'crd_abc', '--recheck'], 'asked anew from now on: credential crd_abc\n'],
  ] as const) {
    t.match(run('create', ...args), { status: 0, stdout: said, stderr: '' })
  }
  const table = run('list').stdout
  t.match(table, /^subject +ada +refused +\d{4}-.{11} +lifted$/m)
  t.match(table, /^organization +org 1 +refused +\d{4}-.{11} +\d{4}-.{11} +unpaid$/m)
  t.match(table, /^credential +crd_abc +recheck /m)
  const listed = JSON.parse(run('list', '--json').stdout)
  t.match(listed, [
    { kind: 'subject', value: 'ada', recheck: false, liftable: true },
    { kind: 'organization', reason: 'unpaid', until: /Z$/ },
    { kind: 'client', until: '2099-01-01T00:00:00.000Z' },
    { kind: 'credential', recheck: true, liftable: false },
  ])
  t.match(run('lift', '--subject', 'ada'), { status: 0, stdout: 'lifted subject ada\n' })
  t.match(run('lift', '--subject', 'ada'), { status: 1, stderr: /Nothing of this kind and value/ })
  t.match(run('lift', '--credential', 'crd_abc'), { status: 1 }, 'a recheck refuses nobody')
  t.equal(JSON.parse(run('list', '--json').stdout).length, 3)
})

t.test('a minted token is revoked for good', async t => {
  const cwd = workspace(t)
  const { id } = JSON.parse(
    runPostern(['token', 'create', '--name', 'x', '--scope', '*', '--json'], { cwd }).stdout,
  )
  const run = (...args: string[]) => runPostern(['revocation', ...args, '--credential', id], { cwd })
  t.match(run('create', '--until', '1d'), { status: 1, stderr: /for good/ })
  t.match(runPostern(['token', 'list'], { cwd }).stdout, 'active')
  t.match(run('create'), { status: 0 })
  t.match(runPostern(['token', 'list'], { cwd }).stdout, /revoked \d{4}-/)
  t.match(run('lift'), { status: 1, stderr: /for good/ })
  t.match(runPostern(['revocation', 'list'], { cwd }).stdout, 'for good')
})

t.test('what can’t be revoked is refused in words, and nothing is stored', async t => {
  const cwd = workspace(t)
  for (const [args, words] of [
    [[], /Say whom/],
    [['--subject', 'a', '--client', 'b'], /cannot be used with/],
    [['--subject', 'a', '--org', 'b'], /cannot be used with/],
    [['--organization', 'a', '--client', 'b'], /cannot be used with/],
    [['--subject', 'a\u001b[2J'], /none of them control/],
    [['--subject', 'a', '--until', 'tomorrow'], /until: must be a time with its zone/],
    [['--subject', 'a', '--until', '2001-01-01T00:00:00Z'], /its end has passed/],
    [['--credential', 'acme_pat_secret'], /never the credential itself/],
    [['--credential', 'tok_none'], /no token of this id/],
  ] as const) {
    const { status, stdout, stderr } = runPostern(['revocation', 'create', ...args], { cwd })
    t.equal(status, 1, args.join(' '))
    t.equal(stdout, '')
    t.match(stderr, words)
    t.notMatch(stderr, 'acme_pat_secret')
    t.notOk(stderr.includes('\u001b'), 'no escape code')
  }
  t.equal(runPostern(['revocation', 'list', '--json'], { cwd }).stdout, '[]\n')
  const memory = runPostern(['revocation', 'list'], { cwd: workspace(t, { store: { type: 'memory' } }) })
  t.match(memory, { status: 1, stderr: /revocations live only inside the running gateway/ })
})
