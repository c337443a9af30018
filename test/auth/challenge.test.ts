import t from 'tap'
import { challenge } from '../../src/auth/challenge.ts'
import { PosternError } from '../../src/errors.ts'

const header = (error: PosternError, options: Parameters<typeof challenge>[1] = { realm: 'acme' }) =>
  challenge(error, options)['WWW-Authenticate']

t.test('N1: without a credential: Bearer and the realm, no error code (RFC 6750 3.1)', async t => {
  t.equal(header(new PosternError('missing_token')), 'Bearer realm="acme"')
})

t.test('N2: a refused credential: invalid_token with a description', async t => {
  t.equal(
    header(new PosternError('invalid_token', { message: 'Revoked.' })),
    'Bearer realm="acme", error="invalid_token", error_description="Revoked."',
  )
})

t.test('N15: a missing scope: insufficient_scope with every scope that is missing', async t => {
  const error = new PosternError('insufficient_scope', {
    message: 'No.',
    data: { scopes: ['read:a', 'x.y'] },
  })
  t.equal(
    header(error),
    'Bearer realm="acme", error="insufficient_scope", error_description="No.", scope="read:a x.y"',
  )
  t.match(
    header(new PosternError('insufficient_scope')),
    /^Bearer realm="acme", error="insufficient_scope", error_d[^,]*$/,
  )
})

t.test('an endpoint that takes no Authorization names its headers instead (RFC 9110 15.5.2)', async t => {
  const options = { realm: 'acme', headers: ['Email', 'Token'] }
  for (const code of ['missing_token', 'invalid_token'] as const) {
    t.equal(header(new PosternError(code), options), 'ApiKey realm="acme", headers="Email Token"')
  }
})

t.test('other errors have no challenge', async t => {
  for (const code of ['ambiguous_credentials', 'access_denied', 'store_unavailable', 'not_found'] as const) {
    t.strictSame(challenge(new PosternError(code), { realm: 'acme' }), {}, code)
  }
})

t.test('nothing gets out of the quotes or the line', async t => {
  const value = header(
    new PosternError('invalid_token', { message: 'a"b\\c\r\nX-Evil: 1\u0000é ‘q’ … 😀`' }),
    { realm: 'ac"me\r\n' },
  )
  t.match(value, /^[\x20-\x7e]+$/)
  t.match(value, /^Bearer realm="[^"\\]*", error="invalid_token", error_description="[^"\\]*"$/)
  t.match(value, "'q' ...")
})

t.test(
  'N1: where clients can get tokens, it says where and for which scopes, with and without a credential',
  async t => {
    const metadata = 'https://mcp.acme.example/.well-known/oauth-protected-resource/mcp'
    const options = { realm: 'acme', metadata, scopes: ['read:*', 'write:*'] }
    t.equal(
      header(new PosternError('missing_token'), options),
      `Bearer realm="acme", scope="read:* write:*", resource_metadata="${metadata}"`,
    )
    t.equal(
      header(new PosternError('invalid_token', { message: 'Expired.' }), options),
      `Bearer realm="acme", error="invalid_token", error_description="Expired.", scope="read:* write:*", resource_metadata="${metadata}"`,
    )
    t.equal(
      header(new PosternError('missing_token'), { realm: 'acme', metadata, scopes: [] }),
      `Bearer realm="acme", resource_metadata="${metadata}"`,
    )
    const missing = new PosternError('insufficient_scope', { message: 'No.', data: { scopes: ['write:x'] } })
    t.equal(
      header(missing, { realm: 'acme', metadata, scopes: ['read:*', 'write:x'] }),
      `Bearer realm="acme", error="insufficient_scope", error_description="No.", scope="read:* write:x", resource_metadata="${metadata}"`,
    )
  },
)
