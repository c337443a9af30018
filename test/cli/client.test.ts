import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runPostern, workspace } from './run-postern.ts'

// Some processes, one after the other.
t.setTimeout(120_000)

function setUp(t: Test, changes: object = {}) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cwd = workspace(t, {
    auth: [{ type: 'oauth' }],
    publicUrl: 'https://mcp.acme.example',
    signing: { keys: [{ file: './signing.pem' }] },
    ...changes,
  })
  writeFileSync(join(cwd, 'signing.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { cwd, run: (...args: string[]) => runPostern(['client', ...args], { cwd }) }
}

t.test('a client’s life: made with a secret that is shown once, listed without it, revoked', async t => {
  const { cwd, run } = setUp(t)
  t.match(run('list'), { status: 0, stdout: /No clients yet/ })
  const made = run(
    ...['create', '--name', 'Nightly export', '--scope', 'read:a', 'read:b'],
    ...['--subject', 'export', '--org', 'acme', '--role', 'auditor'],
  )
  t.equal(made.status, 0, made.stderr)
  t.match(
    made.stdout,
    /^client_id=mch_[\w-]{22}\nclient_secret=acme_ocs_[\w-]{32}\ntoken_endpoint=https:\/\/mcp\.acme\.example\/oauth\/token\n$/,
    'lines that can be copied into an environment, and nothing else',
  )
  t.match(made.stderr, /shown once/)
  const [, id = '', secret = ''] = /client_id=(\S+)\nclient_secret=(\S+)/.exec(made.stdout) ?? []
  t.notMatch(made.stderr, secret)

  const [list, listed] = [run('list'), run('list', '--json')]
  t.match(
    list.stdout,
    new RegExp(`^${id} +Nightly export +export \\(acme\\) +read:a read:b +secret +active$`, 'm'),
  )
  t.strictSame(Object.keys(JSON.parse(listed.stdout)[0]).sort(), [
    ...['authentication', 'createdAt', 'id', 'name', 'organization', 'roles', 'scopes', 'subject'],
  ])
  t.match(JSON.parse(listed.stdout), [
    { id, subject: 'export', organization: 'acme', roles: ['auditor'], authentication: 'client_secret' },
  ])
  t.notMatch(list.stdout + listed.stdout, secret.slice(-20))
  t.notMatch(list.stdout + listed.stdout, 'argon2')

  t.match(run('revoke', id), { status: 0, stdout: `revoked ${id}\n` })
  t.match(run('revoke', id), { status: 0 }, 'repeating is harmless')
  t.match(run('list').stdout, /revoked \d{4}-/)
  t.match(JSON.parse(run('list', '--json').stdout), [{ revokedAt: /Z$/ }])
  const words = runPostern(['revocation', 'list', '--json'], { cwd })
  t.match(JSON.parse(words.stdout), [{ kind: 'client', value: id }], 'tokens that it has are refused')
  t.match(run('revoke', 'mch_AAAAAAAAAAAAAAAAAAAAAA'), {
    status: 1,
    stderr: /no client mch_A.*postern client list/s,
  })
})

t.test('with keys: no secret, and none that would be private', async t => {
  const { cwd, run } = setUp(t)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(cwd, 'public.json'), JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }))
  writeFileSync(join(cwd, 'private.json'), JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }))
  writeFileSync(join(cwd, 'broken.json'), '{')
  const create = (...more: string[]) => run('create', '--name', 'Batch', '--scope', 'read:a', ...more)
  t.match(create('--key', 'public.json'), { status: 0, stdout: /^client_id=mch_\S+\ntoken_endpoint=\S+\n$/ })
  t.match(create('--key', 'private.json'), { status: 1, stdout: '', stderr: /private parts/ })
  t.match(create('--key', 'broken.json'), { status: 1, stderr: /broken\.json is not JSON/ })
  t.match(create('--key', 'missing.json'), { status: 1, stderr: /missing\.json can’t be read/ })
  t.match(create('--key', 'public.json', '--secret'), { status: 1, stderr: /cannot be used with/ })
  t.match(run('list').stdout, / key +active/)
})

t.test('what is missing is said, with what to add', async t => {
  const create = ['create', '--name', 'Batch', '--scope', 'read:a']
  t.match(setUp(t, { auth: [{ type: 'token' }] }).run(...create), { status: 1, stderr: /- type: oauth/ })
  t.match(setUp(t, { signing: undefined }).run(...create), { status: 1, stderr: /signing: \{ keys:/ })
  t.match(setUp(t, { store: { type: 'memory' } }).run(...create), {
    status: 1,
    stderr: /clients live only inside/,
  })
  const { run } = setUp(t)
  t.match(run('create', '--name', 'Batch'), { status: 1, stderr: /--scope/ })
  t.match(run('create', '--name', 'a\u202eb', '--scope', 'read:a'), {
    status: 1,
    stdout: '',
    stderr: /the name has/,
  })
})
