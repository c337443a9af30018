import t from 'tap'
import { readCredential } from '../../src/cli/read-credential.ts'

t.test('a line for each header, in any order and case', async t => {
  t.strictSame(readCredential('Authorization: Bearer s3cr3t\n', ['Authorization']), {
    authorization: 'Bearer s3cr3t',
  })
  t.strictSame(readCredential('\r\nTOKEN:a:b \r\n\r\n email : ada@acme.example', ['Email', 'Token']), {
    token: 'a:b',
    email: 'ada@acme.example',
  })
})

t.test('what is no credential is refused, without being shown', async t => {
  for (const [input, reason] of [
    ['', /Email is missing/],
    ['Email: ada@acme.example', /Token is missing/],
    ['Bearer s3cr3t', /none of its headers/],
    [': s3cr3t', /none of its headers/],
    ['Email: a\nToken: s3cr3t\nX-Admin: s3cr3t', /none of its headers/],
    ['Email: a\nemail: s3cr3t\nToken: b', /Email is there twice/],
    ['Email: a\nToken:', /Token is empty/],
    ['Email: a\nToken: s3cr3tü', /characters that a header/],
    ['Email: a\nToken: s3cr3t\u0000', /characters that a header/],
    ['Email: a\nToken: Bearer', /no credential follows/],
    ['Email: a\nToken: $' + '{s3cr3t}', /placeholder/],
    [`Email: a\nToken: ${'s3cr3t'.repeat(2_000)}`, /longer than/],
  ] as const) {
    const expected = { code: 'invalid_params', message: reason }
    t.throws(() => readCredential(input, ['Email', 'Token']), expected, JSON.stringify(input.slice(0, 40)))
    t.throws(() => readCredential(input, ['Email', 'Token']), {
      message: /^(?!.*s3cr3t).*Email: …, and on the next line Token: …/,
    })
  }
})
