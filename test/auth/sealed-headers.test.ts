import t from 'tap'
import { openHeaders, sealHeaders } from '../../src/auth/sealed-headers.ts'
import { sealWith } from '../../src/auth/token-sealing.ts'

const SECRET = 'x'.repeat(32)

t.test('headers come back as they were, with the same secret and for the same place alone', async t => {
  const headers = { authorization: 'Bearer tally_ada', 'x-user': 'ada@acme.example' }
  const sealed = sealHeaders(SECRET, headers, 'here')
  t.same(openHeaders(SECRET, sealed, 'here'), headers)
  t.ok(Object.isFrozen(openHeaders(SECRET, sealed, 'here')))
  t.notMatch(sealed, 'tally')
  t.throws(() => openHeaders(`${SECRET}x`, sealed, 'here'), { code: 'sealed_credential_unreadable' })
  t.throws(() => openHeaders(SECRET, sealed, 'there'), { code: 'sealed_credential_unreadable' })
})

t.test('whatever is no headers is not let out, nor quoted', async t => {
  for (const text of [
    'tally_ada',
    '["tally_ada"]',
    'null',
    '{"authorization":1}',
    '{"Authorization":"tally_ada"}',
    '{"a b":"tally_ada"}',
    '{"x":"tally_ada\\r\\ny: z"}',
  ]) {
    const thrown = t.throws(() => openHeaders(SECRET, sealWith(SECRET, text, 'here'), 'here'), {
      code: 'sealed_credential_unreadable',
    })
    t.notMatch(JSON.stringify(thrown), 'tally', text)
  }
})
