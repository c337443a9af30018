import t from 'tap'
import {
  authenticate,
  mintPair,
  mintPat,
  PAT_PREFIX,
  revokeToken,
  setServiceToken,
} from '../../src/demo/credentials.ts'
import { USERS } from '../../src/demo/sample.ts'
import { buildTallybook, refusalOf } from './tallybook.ts'

const SERVICE = 'tally_pat_abcdefghijklmnopqrstuvwxyz'
const { admin, accountant, gateway, viewer } = USERS

t.test('a personal access token has 192 random bits and is kept only as its hash', async t => {
  const { database } = buildTallybook(t).context
  const first = mintPat(database, admin.email, ['*'])
  const { token } = mintPair(database, admin.email)
  t.match(first, /^tally_pat_[A-Za-z0-9_-]{32}$/)
  t.not(first, mintPat(database, admin.email, ['*']))
  const rows = JSON.stringify(database.all('SELECT * FROM tokens'))
  for (const secret of [first, token]) t.notOk(rows.includes(secret.slice(PAT_PREFIX.length)))
  t.throws(() => mintPat(database, admin.email, ['read:everything']), /no scope read:everything/)
  t.throws(() => mintPat(database, 'nobody@example.com', ['*']), /no user/)
})

t.test('a token signs in as its user, with its scopes narrowed by the role', async t => {
  const { database } = buildTallybook(t).context
  const authorization = `Bearer ${mintPat(database, viewer.email, ['manage:invoices'])}`
  t.match(authenticate(database, { authorization }), {
    email: viewer.email,
    organization: { name: 'Harbour & Vale' },
    roles: ['viewer'],
    scopes: ['read:invoices'],
  })
  const bare = `bearer  ${mintPat(database, viewer.email, [])}`
  t.same(authenticate(database, { authorization: bare }).scopes, [])
})

t.test('a pair signs in only with both halves of one user', async t => {
  const { database } = buildTallybook(t).context
  const mine = mintPair(database, accountant.email)
  const other = mintPair(database, admin.email)
  t.equal(authenticate(database, mine).email, accountant.email)
  t.equal(authenticate(database, { ...mine, email: mine.email.toUpperCase() }).email, accountant.email)
  for (const headers of [
    { email: other.email, token: mine.token },
    { email: mine.email, token: other.token },
    { email: mine.email },
    { token: mine.token },
    { email: '', token: '' },
    { email: mine.email, token: `${mine.token} ` },
    { email: [mine.email, mine.email], token: mine.token },
    { email: `${mine.email}, ${other.email}`, token: mine.token },
  ]) {
    t.match(
      refusalOf(() => authenticate(database, headers)),
      { status: 401 },
      JSON.stringify(headers),
    )
  }
})

t.test('kinds of token are not interchangeable', async t => {
  const { database } = buildTallybook(t).context
  const { token } = mintPair(database, admin.email)
  const pat = mintPat(database, admin.email, ['*'])
  setServiceToken(database, gateway.email, SERVICE)
  t.match(
    refusalOf(() => authenticate(database, { authorization: `Bearer ${token}` })),
    { status: 401 },
  )
  t.match(
    refusalOf(() => authenticate(database, { email: admin.email, token: pat })),
    { status: 401 },
  )
  t.match(
    refusalOf(() => authenticate(database, { email: gateway.email, token: SERVICE })),
    { status: 401 },
  )
})

t.test('nothing else is a credential', async t => {
  const { database } = buildTallybook(t).context
  const pat = mintPat(database, admin.email, ['*'])
  for (const authorization of [
    '',
    'Bearer',
    'Bearer ',
    pat,
    `Basic ${pat}`,
    `Bearer ${pat}x`,
    `Bearer ${pat} x`,
  ]) {
    t.match(
      refusalOf(() => authenticate(database, { authorization })),
      { status: 401 },
      authorization,
    )
  }
  t.match(
    refusalOf(() => authenticate(database, {})),
    {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="tallybook"' },
    },
  )
})

t.test('two credentials at once are refused, even if both are good', async t => {
  const { database } = buildTallybook(t).context
  const authorization = `Bearer ${mintPat(database, admin.email, ['*'])}`
  const pair = mintPair(database, admin.email)
  t.match(
    refusalOf(() => authenticate(database, { authorization, ...pair })),
    { status: 401, message: /not both/ },
  )
  t.match(
    refusalOf(() => authenticate(database, { authorization, email: '' })),
    { status: 401 },
  )
})

t.test('a revoked token is refused at once', async t => {
  const { database } = buildTallybook(t).context
  const pat = mintPat(database, admin.email, ['*'])
  t.ok(revokeToken(database, pat))
  t.notOk(revokeToken(database, pat))
  t.match(
    refusalOf(() => authenticate(database, { authorization: `Bearer ${pat}` })),
    { status: 401 },
  )
})

t.test('there is one service token; a new one ends the old', async t => {
  const { database } = buildTallybook(t).context
  const next = `${SERVICE}-next`
  setServiceToken(database, gateway.email, SERVICE)
  t.equal(authenticate(database, { authorization: `Bearer ${SERVICE}` }).email, gateway.email)
  setServiceToken(database, gateway.email, next)
  t.match(
    refusalOf(() => authenticate(database, { authorization: `Bearer ${SERVICE}` })),
    { status: 401 },
  )
  t.equal(authenticate(database, { authorization: `Bearer ${next}` }).email, gateway.email)
  for (const weak of ['', 'tally_pat_', 'tally_pat_short', `other_${SERVICE}`, `${SERVICE} `]) {
    t.throws(() => setServiceToken(database, gateway.email, weak), /a service token is/)
  }
  t.ok(authenticate(database, { authorization: `Bearer ${next}` }), 'a refused one changes nothing')
})
