import t from 'tap'
import { explainCredential } from '../../src/cli/explain-credential.ts'
import { PosternError } from '../../src/errors.ts'

t.test('says that the environment lacks it, or that it is from there; everything else is kept', async t => {
  const headers = { 'WWW-Authenticate': 'Bearer' }
  t.match(explainCredential(new PosternError('missing_token', { headers }), 'POSTERN_TOKEN'), {
    code: 'missing_token',
    message: /POSTERN_TOKEN is not set/,
    headers,
  })
  const revoked = new PosternError('invalid_token', {
    message: 'Revoked.',
    data: { reason: 'revoked' },
    detail: 'd',
  })
  t.match(explainCredential(revoked, 'ACME_TOKEN'), {
    code: 'invalid_token',
    message: /^Revoked\. .*ACME_TOKEN/,
    data: { reason: 'revoked' },
    detail: 'd',
    cause: revoked,
  })
  t.equal(explainCredential(revoked, undefined), revoked, 'headers of the command line are seen')
  const down = new PosternError('store_unavailable')
  t.equal(explainCredential(down, 'POSTERN_TOKEN'), down)
  const odd = new Error('odd')
  t.equal(explainCredential(odd, 'POSTERN_TOKEN'), odd)
})
