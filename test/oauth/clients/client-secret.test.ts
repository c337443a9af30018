import t from 'tap'
import { createClientSecrets } from '../../../src/oauth/clients/client-secret.ts'

t.test('a secret has 192 random bits, and is kept as argon2id in PHC form', async t => {
  const secrets = createClientSecrets()
  const { secret, hash } = await secrets.make('acme_')
  t.match(secret, /^acme_ocs_[A-Za-z0-9_-]{32}$/)
  t.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  t.notMatch(hash, secret.slice(9))
  t.equal(await secrets.verify(secret, hash), true)
  t.equal(await secrets.verify(`${secret}x`, hash), false)
  t.equal(await secrets.verify(secret.slice(1), hash), false)
  t.equal(await secrets.verify('', hash), false)
  const other = await secrets.make('acme_')
  t.not(other.secret, secret)
  t.not(await secrets.hash(secret), hash, 'the same secret has another salt each time')
})

t.test('what is no hash of ours verifies nothing, and costs nothing', async t => {
  const secrets = createClientSecrets()
  const { secret, hash } = await secrets.make('')
  const bad = [
    '',
    'x',
    secret,
    hash.replace('argon2id', 'argon2i'),
    hash.replace('m=19456', 'm=999999'),
    hash.replace('t=2', 't=99'),
    hash.replace('p=1', 'p=9'),
    `${hash}A`,
    hash.slice(0, -1),
  ]
  for (const kept of bad) t.equal(await secrets.verify(secret, kept), false, kept)
  t.equal(await secrets.verify('x'.repeat(3_000), hash), false)
})

t.test('few are computed at a time, some wait in their order, and the rest is sent away', async t => {
  const { hash } = await createClientSecrets().make('')
  const secrets = createClientSecrets({ running: 1, waiting: 2 })
  const order: number[] = []
  const all = [0, 1, 2, 3, 4].map(async index => {
    await secrets.verify('wrong', hash)
    order.push(index)
  })
  const ended = await Promise.allSettled(all)
  t.strictSame(order, [0, 1, 2])
  t.match(ended.slice(3), [
    { status: 'rejected', reason: { code: 'rate_limited', headers: { 'Retry-After': '1' } } },
    { status: 'rejected', reason: { code: 'rate_limited' } },
  ])
  t.equal(await secrets.verify('wrong', hash), false, 'places are given back')
})
