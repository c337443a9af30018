import t from 'tap'
import type { Authenticated, SchemeType } from '../../src/auth/principal.ts'
import type { UpstreamCredentialConfig } from '../../src/config/schema.ts'
import { upstreamCredentials } from '../../src/upstream/credentials.ts'

const STATIC: UpstreamCredentialConfig = { type: 'static', header: 'X-Api-Key', value: 'gateway' }

function caller(scheme: SchemeType, forwardable: Record<string, string> = {}): Authenticated {
  const principal = {
    subject: 'u1',
    organization: undefined,
    roles: [],
    scopes: [],
    scheme,
    schemeIndex: 0,
    credentialId: 'c1',
    expiresAt: undefined,
  }
  return { principal, forwardable }
}

t.test('the first way that fits the caller is used', async t => {
  const own = { authorization: 'Bearer lct_pat_x' }
  t.same(upstreamCredentials([{ type: 'forward' }, STATIC], caller('bearer', own)), {
    headers: own,
    from: 'caller',
  })
  t.same(upstreamCredentials([{ type: 'forward' }, STATIC], caller('token')), {
    headers: { 'x-api-key': 'gateway' },
    from: 'gateway',
  })
  t.same(upstreamCredentials([STATIC, { type: 'forward' }], caller('bearer', own)).from, 'gateway')
  const pair = { email: 'a@b.c', token: 's' }
  t.same(upstreamCredentials([{ type: 'forward' }], caller('headers', pair)), {
    headers: pair,
    from: 'caller',
  })
  t.same(upstreamCredentials([{ type: 'none' }], caller('anonymous')), { headers: {}, from: 'none' })
})

t.test('a token minted by Postern is never forwarded, even if it were offered', async t => {
  for (const scheme of ['token', 'anonymous'] as const) {
    const offered = caller(scheme, { authorization: 'Bearer acme_pat_x' })
    t.throws(
      () => upstreamCredentials([{ type: 'forward' }], offered),
      { code: 'no_upstream_credential' },
      scheme,
    )
  }
  t.throws(() => upstreamCredentials([{ type: 'forward' }], caller('bearer')), {
    code: 'no_upstream_credential',
  })
})
