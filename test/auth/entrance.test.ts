import t from 'tap'
import { createEntrance } from '../../src/auth/entrance.ts'
import type { SchemeType } from '../../src/auth/principal.ts'
import type { Scheme } from '../../src/auth/scheme.ts'
import { PosternError } from '../../src/errors.ts'

const scheme = (type: SchemeType, ...headers: string[]): Scheme => ({
  type,
  headers,
  expects: headers.join(' and '),
  authenticate: () => undefined,
})
const [token, bearer, pair, half] = [
  scheme('token', 'Authorization'),
  scheme('bearer', 'authorization'),
  scheme('headers', 'Email', 'Token'),
  scheme('headers', 'Token'),
] as const
const enter = (schemes: readonly Scheme[], ...allowed: SchemeType[]) =>
  createEntrance({
    schemes,
    anonymous: undefined,
    endpoint: { allowed: allowed.length > 0 ? new Set(allowed) : undefined },
    realm: 'acme',
  })
const presented = (...names: string[]) => new Map(names.map(name => [name, 'x']))

t.test('schemes with exactly the presented headers, in order', async t => {
  const { schemesFor } = enter([token, pair, bearer, half])
  t.strictSame(schemesFor(presented('authorization')), [token, bearer])
  t.strictSame(schemesFor(presented('token', 'email')), [pair])
  t.strictSame(schemesFor(presented('token')), [half])
  t.throws(() => schemesFor(presented('email')), { code: 'invalid_token', message: /Token is missing/ })
  t.throws(() => schemesFor(presented('email', 'authorization')), { code: 'ambiguous_credentials' })
})

t.test('schemes that do not sign in here still make a credential', async t => {
  const { schemesFor, wanted } = enter([token, pair], 'token')
  t.strictSame(schemesFor(presented('email')), [])
  t.strictSame(schemesFor(presented('email', 'token')), [])
  t.throws(() => schemesFor(presented('email', 'authorization')), { code: 'ambiguous_credentials' })
  t.equal(wanted, 'Send Authorization.')
})

t.test('a 401 keeps its own headers and gets a challenge; other errors stay the same object', async t => {
  const { withChallenge } = enter([token])
  const refused = withChallenge(new PosternError('invalid_token', { detail: 'd', headers: { 'X-A': '1' } }))
  t.match(refused, { detail: 'd', headers: { 'X-A': '1', 'WWW-Authenticate': /^Bearer/ } })
  for (const error of [new Error('x'), new PosternError('store_unavailable'), 'text']) {
    t.equal(withChallenge(error), error)
  }
})
