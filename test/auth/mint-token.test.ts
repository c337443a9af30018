import t from 'tap'
import { hashToken } from '../../src/auth/hash-token.ts'
import { type MintTokenOptions, mintToken } from '../../src/auth/mint-token.ts'

const options: MintTokenOptions = {
  prefix: 'acme_pat_',
  name: 'laptop',
  subject: 'user-7',
  organization: 'org-1',
  roles: ['admin'],
  scopes: ['read:*'],
  expiresAt: 2_000,
}
const mint = (change: Partial<MintTokenOptions> = {}) => mintToken({ ...options, ...change }, 1_000)

t.test('a token is the prefix and 192 random bits; the record holds its hash and not the token', async t => {
  const { token, record } = mint()
  t.match(token, /^acme_pat_[A-Za-z0-9_-]{32}$/)
  t.strictSame(record, {
    id: record.id,
    name: 'laptop',
    hash: hashToken(token),
    hint: token.slice(0, 'acme_pat_'.length + 4),
    subject: 'user-7',
    organization: 'org-1',
    roles: ['admin'],
    scopes: ['read:*'],
    createdAt: 1_000,
    expiresAt: 2_000,
    lastUsedAt: undefined,
    revokedAt: undefined,
    sequence: 0,
  })
  t.match(record.id, /^tok_[A-Za-z0-9_-]{16}$/)
  t.notOk(JSON.stringify(record).includes(token.slice('acme_pat_'.length)))
  t.ok(Object.isFrozen(record) && Object.isFrozen(record.scopes) && Object.isFrozen(record.roles))
})

t.test('no two tokens are alike', async t => {
  const minted = Array.from({ length: 1_000 }, () => mint())
  t.equal(new Set(minted.map(({ token }) => token)).size, 1_000)
  t.equal(new Set(minted.map(({ record }) => record.id)).size, 1_000)
})

t.test('names have 1 to 64 characters, counted as code points', async t => {
  t.equal(mint({ name: '😀'.repeat(64) }).record.name, '😀'.repeat(64))
  t.equal(mint({ name: '  my laptop ' }).record.name, 'my laptop')
  t.equal(mint({ name: 'Ada’s 👩‍💻' }).record.name, 'Ada’s 👩‍💻')
  for (const name of [
    '',
    '   ',
    'x'.repeat(65),
    '😀'.repeat(65),
    'a\nb',
    'a\u0000b',
    'a\u001b[31m',
    'a\u202eb',
    'a\ud800',
  ]) {
    t.throws(() => mint({ name }), { code: 'invalid_params', message: /name/ }, JSON.stringify(name))
  }
})

t.test('at least one scope, each of the grammar of RFC 6749', async t => {
  for (const scopes of [[], [''], ['read:* write:*'], ['a"b'], ['a\\b'], ['x'.repeat(257)], ['rêad']]) {
    t.throws(() => mint({ scopes }), { code: 'invalid_params', message: /scope/ }, JSON.stringify(scopes))
  }
  t.strictSame(mint({ scopes: ['read:*', 'x', 'read:*'] }).record.scopes, ['read:*', 'x'])
})

t.test('other fields are checked too', async t => {
  const bad: Partial<MintTokenOptions>[] = [
    { prefix: '' },
    { prefix: 'a b' },
    { subject: '' },
    { subject: 'a\r\nb' },
    { organization: '' },
    { organization: 'a\tb' },
    { roles: ['ok', ''] },
    { expiresAt: 1_000 },
    { expiresAt: 999 },
    { expiresAt: Number.NaN },
    { expiresAt: Number.POSITIVE_INFINITY },
  ]
  for (const change of bad) t.throws(() => mint(change), { code: 'invalid_params' }, JSON.stringify(change))
  t.equal(mint({ expiresAt: undefined, organization: undefined }).record.expiresAt, undefined)
})

t.test(
  'an access token of the authorization server knows its grant, and has an id of another kind',
  async t => {
    let known: readonly string[] = []
    const part = { grant: 'gra_1', client: 'c', resource: 'r', credential: undefined, sealed: 'x' }
    const options = { prefix: 'acme_oat_', name: 'Client', subject: 'ada', roles: [], scopes: ['read:*'] }
    const oauth = (id: string, token: string) => {
      known = [id, token]
      return part
    }
    const { token, record } = mintToken({ ...options, oauth }, 1)
    t.same(known, [record.id, token])
    t.match(record.id, /^oat_[\w-]{16}$/)
    t.same(record.oauth, part)
    t.ok(Object.isFrozen(record.oauth))
    t.match(mintToken(options, 1).record.id, /^tok_/)
    t.notOk('oauth' in mintToken(options, 1).record)
  },
)
