/**
 * Whoever may write any e-mail address into their account at the provider becomes its owner here, where the address is
 * the subject. Amazon Cognito and others say `email_verified` as a text: `"false"` is no yes.
 */
import t from 'tap'
import { readPerson } from '../../../src/oauth/sign-in/claimed-person.ts'
import type { OidcSignIn } from '../../../src/oauth/sign-in/providers.ts'
import { createConfig } from '../authorize/rooms.ts'
import { oauthOf } from '../oauth-config.ts'

function way(subject: string): OidcSignIn {
  const config = { type: 'oidc', issuer: 'https://login.acme.example', clientId: 'postern', subject }
  const [first] = oauthOf(createConfig({ oauth: { signIn: [config] } })).signIn
  if (first?.type !== 'oidc') throw new Error('another way')
  return first
}

const ADA = { sub: '42', email: 'ada@acme.example' }

t.test('only a yes is a yes', async t => {
  for (const email_verified of [false, 'false', 'False', 'no', '', 0, 1, {}]) {
    t.throws(
      () => readPerson({ ...ADA, email_verified }, way('email')),
      { code: 'oauth_sign_in_failed' },
      JSON.stringify(email_verified),
    )
    t.match(readPerson({ ...ADA, email_verified }, way('sub')), { subject: '42' }, 'where it names nobody')
  }
  for (const claims of [{ email_verified: true }, { email_verified: 'true' }, {}])
    t.match(readPerson({ ...ADA, ...claims }, way('email')), { subject: ADA.email })
})
