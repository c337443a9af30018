import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hashToken } from '../../src/auth/hash-token.ts'
import { runPostern, workspace } from './run-postern.ts'

// Dozens of processes, one after the other.
t.setTimeout(120_000)

t.test('a token’s life: made and shown once, listed without its secret, revoked', async t => {
  const cwd = workspace(t)
  const run = (...args: string[]) => runPostern(['token', ...args], { cwd })
  const made = run(
    'create',
    '--name',
    'CI',
    '--scope',
    'read:a',
    'read:b',
    '--expires',
    '90d',
    '--subject',
    'ada',
    '--org',
    'acme',
    '--role',
    'boss',
  )
  t.equal(made.status, 0, made.stderr)
  t.match(made.stdout, /^acme_pat_[A-Za-z0-9_-]{32}\n$/, 'standard output is the token and nothing else')
  const token = made.stdout.trim()
  t.notMatch(made.stderr, token)
  const [, id = ''] = /Id (tok_[\w-]+), scopes read:a read:b\./.exec(made.stderr) ?? []
  t.ok(id)
  t.match(made.stderr, '`postern tools --scope read:a read:b`', 'says how to see what the scopes open')

  const secrets = [token, token.slice(-20), hashToken(token)].map(String)
  const table = run('list')
  t.match(
    table.stdout,
    new RegExp(`^${id} +CI +acme_pat_.{4}… +ada \\(acme\\) +read:a read:b +never +until \\d{4}-`, 'm'),
  )
  const listed = run('list', '--json')
  t.match(JSON.parse(listed.stdout), [
    {
      id,
      name: 'CI',
      subject: 'ada',
      organization: 'acme',
      roles: ['boss'],
      scopes: ['read:a', 'read:b'],
      expiresAt: /Z$/,
    },
  ])
  for (const secret of secrets) t.notMatch(table.stdout + listed.stdout, secret)
  t.notMatch(listed.stdout, '"hash"')

  const revoked = run('revoke', id)
  t.match([revoked.status, revoked.stdout], [0, `revoked ${id}\n`])
  const again = run('revoke', id)
  t.match([again.status, again.stdout], [0, `revoked ${id}\n`], 'once more does no harm')
  t.match(run('list').stdout, /revoked \d{4}-/)
  const unknown = run('revoke', 'tok_nothing')
  t.equal(unknown.status, 1)
  t.match(unknown.stderr, 'There is no token tok_nothing')
})

t.test('--json shows the token once, and the list never again', async t => {
  const cwd = workspace(t)
  const made = runPostern(['token', 'create', '--name', 'x', '--scope', '*', '--json'], { cwd })
  const { token, ...rest } = JSON.parse(made.stdout)
  t.match(token, /^acme_pat_/)
  t.equal(rest.hash, undefined)
  t.match(rest, { name: 'x', subject: 'x', scopes: ['*'] })
  t.notMatch(runPostern(['token', 'list', '--json'], { cwd }).stdout, token)
})

t.test('what can’t be a token is refused in words, and nothing is stored', async t => {
  const cwd = workspace(t)
  for (const [args, words] of [
    [['--name', 'x'.repeat(65), '--scope', '*'], /1 to 64 characters/],
    [['--name', 'a\u001b[2J', '--scope', '*'], /control/],
    [['--name', 'x', '--scope', 'read a'], /a scope has no spaces/],
    [
      ['--name', 'x', '--scope', '*', '--expires', '99999999999d'],
      /not a span of time that a token can live/,
    ],
    [['--name', 'x'], /--scope/],
  ] as const) {
    const { status, stdout, stderr } = runPostern(['token', 'create', ...args], { cwd })
    t.equal(status, 1, args.join(' '))
    t.equal(stdout, '')
    t.match(stderr, words)
    t.notMatch(stderr, /\n\s+at .*\.[jt]s/, 'no stack')
    t.notOk(stderr.includes('\u001b'), 'no escape code')
  }
  t.match(runPostern(['token', 'list'], { cwd }).stdout, 'No tokens yet')
})

t.test('where no minted token is taken or kept, none is made', async t => {
  const none = runPostern(['token', 'create', '--name', 'x', '--scope', '*'], {
    cwd: workspace(t, { auth: [{ type: 'anonymous', scopes: ['read:*'] }] }),
  })
  t.equal(none.status, 1)
  t.match(none.stderr, 'does not accept tokens minted by Postern')
  const cwd = workspace(t, { store: { type: 'memory' } })
  const forgotten = runPostern(['token', 'create', '--name', 'x', '--scope', '*'], { cwd })
  t.equal(forgotten.status, 1)
  t.match(forgotten.stderr, 'live only inside the running gateway')
  t.equal(existsSync(join(cwd, 'postern.db')), false)
})

t.test('a token is replaced by one like it; the old one ends after the overlap', async t => {
  const cwd = workspace(t)
  const run = (...args: string[]) => runPostern(['token', ...args], { cwd })
  const list = () => JSON.parse(run('list', '--json').stdout)
  const like = [
    '--name',
    'CI',
    '--scope',
    'read:a',
    '--subject',
    'ada',
    '--organization',
    'acme',
    '--role',
    'boss',
  ]
  const { id } = JSON.parse(run('create', ...like, '--expires', '90d', '--json').stdout)

  const rotated = run('rotate', id, '--overlap', '1h')
  t.equal(rotated.status, 0, rotated.stderr)
  t.match(rotated.stdout, /^acme_pat_[A-Za-z0-9_-]{32}\n$/, 'standard output is the token and nothing else')
  t.match(rotated.stderr, /the old one ends in 1h/)
  const [old, next] = list()
  t.match(next, { name: 'CI', subject: 'ada', organization: 'acme', roles: ['boss'], scopes: ['read:a'] })
  t.equal(Date.parse(next.expiresAt) - Date.parse(next.createdAt), 90 * 86_400_000)
  const left = Date.parse(old.expiresAt) - Date.now()
  t.ok(left > 3_500_000 && left <= 3_600_000, 'the old one ends in an hour')

  const { token, ...shown } = JSON.parse(run('rotate', next.id, '--overlap', '0s', '--json').stdout)
  t.match(token, /^acme_pat_/)
  t.strictSame(list().at(-1), shown)
  t.match(run('list').stdout, new RegExp(`^${next.id} .* revoked \\d{4}-`, 'm'))
  for (const [args, words] of [
    [[next.id, '--overlap', '1h'], /can’t be rotated: it is revoked/],
    [['tok_none', '--overlap', '1h'], /no token of this id/],
    [[shown.id], /--overlap/],
    [[shown.id, '--overlap', 'soon'], /not a span of time/],
  ] as const) {
    const refused = run('rotate', ...args)
    t.match([refused.status, refused.stdout], [1, ''], args.join(' '))
    t.match(refused.stderr, words)
  }
  t.equal(list().length, 3, 'none was made for nothing')
})
