import t from 'tap'
import { notFound, Problem, unacceptable } from '../../src/demo/problem.ts'

t.test('a problem has the members of RFC 9457 and no empty extras', async t => {
  t.same(new Problem(409, 'Why.').body, {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'Why.',
  })
  t.same(new Problem(403, 'No.', { requiredScope: 'read:x' }).body, {
    type: 'about:blank',
    title: 'Forbidden',
    status: 403,
    detail: 'No.',
    required_scope: 'read:x',
  })
})

t.test('the shorthands say what they are about', async t => {
  t.match(notFound('invoice'), { status: 404, message: /invoice/ })
  t.match(unacceptable('/to', 'Say where.'), {
    status: 422,
    body: { errors: [{ in: 'body', pointer: '/to', message: 'Say where.' }] },
  })
})
