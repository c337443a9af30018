import t from 'tap'
import { createAnonymousCaller } from '../../../src/auth/schemes/anonymous.ts'

t.test('one frozen caller with the configured scopes and nothing to forward', async t => {
  const caller = createAnonymousCaller({ config: { type: 'anonymous', scopes: ['read:*'] }, index: 3 })
  t.strictSame(caller, {
    principal: {
      subject: 'anonymous',
      organization: undefined,
      roles: [],
      scopes: ['read:*'],
      scheme: 'anonymous',
      schemeIndex: 3,
      credentialId: 'anonymous',
      expiresAt: undefined,
      client: undefined,
      sequence: undefined,
      issuedAt: undefined,
      restsOn: [],
      audience: undefined,
    },
    forwardable: {},
  })
  t.ok(
    Object.isFrozen(caller) && Object.isFrozen(caller.principal) && Object.isFrozen(caller.principal.scopes),
  )
})
