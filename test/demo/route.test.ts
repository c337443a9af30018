import t from 'tap'
import { z } from 'zod'
import { NO_BODY, NO_QUERY, route } from '../../src/demo/route.ts'
import { buildTallybook, refusalOf } from './tallybook.ts'

const definition = {
  method: 'POST',
  path: '/x',
  operationId: 'x',
  scope: undefined,
  query: NO_QUERY,
  body: z.strictObject({ 'a/b~c': z.array(z.strictObject({ n: z.int() })).max(50) }),
} as const

t.test('an operation only sees what its schemas describe', async t => {
  const { answer } = route({ ...definition, answer: ({ body }) => ({ status: 200, body }) })
  const caller = buildTallybook(t).caller('viewer')
  const body = { 'a/b~c': [{ n: 1 }] }
  t.same(answer({ caller, id: '', query: {}, body }), { status: 200, body })

  const problem = (query: unknown, body: unknown) =>
    refusalOf(() => answer({ caller, id: '', query, body })).body
  t.match(problem({ y: '1' }, body), { status: 422, errors: [{ in: 'query', pointer: '/y' }] })
  t.match(problem({}, undefined), { status: 422, errors: [{ in: 'body', pointer: '' }] })
  const found = problem({}, { 'a/b~c': [{ n: 1 }, { n: 'x', m: 2 }], z: 1 }).errors?.map(
    error => error.pointer,
  )
  t.same(found?.toSorted(), ['/a~1b~0c/1/m', '/a~1b~0c/1/n', '/z'])
  t.equal(problem({}, { 'a/b~c': Array(50).fill({}) }).errors?.length, 20, 'the list of mistakes has an end')
})

t.test('a body that nobody asked for is not looked at', async t => {
  const caller = buildTallybook(t).caller('viewer')
  const { answer } = route({ ...definition, body: NO_BODY, answer: () => ({ status: 204 }) })
  t.same(answer({ caller, id: '', query: {}, body: 7 }), { status: 204 })
})
