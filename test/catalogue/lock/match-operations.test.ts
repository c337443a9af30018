import t from 'tap'
import { matchOperations } from '../../../src/catalogue/lock/match-operations.ts'

const operation = (text: string) => {
  const [method = '', path = '', operationId] = text.split(' ')
  return { method, path, operationId }
}
const pairs = (earlier: readonly string[], later: readonly string[]) =>
  [...matchOperations(earlier.map(operation), later.map(operation))].map(([now, before]) => [
    `${now.method} ${now.path}`,
    `${before.method} ${before.path}`,
  ])

t.test('by method and path, whatever the operationId', async t => {
  t.same(pairs(['GET /a one'], ['GET /a two']), [['GET /a', 'GET /a']])
  t.same(pairs(['GET /a one', 'GET /b two'], ['GET /a two', 'GET /b one']), [
    ['GET /a', 'GET /a'],
    ['GET /b', 'GET /b'],
  ])
})

t.test('by the shape of the path, where its parameters have other names', async t => {
  t.same(pairs(['GET /a/{id} x'], ['GET /a/{a_id} y']), [['GET /a/{a_id}', 'GET /a/{id}']])
  t.same(pairs(['GET /a/{id}'], ['GET /a/{x}', 'GET /a/{y}']), [], 'not where two have it')
})

t.test('by operationId, whatever method and path, if nobody shares it', async t => {
  t.same(pairs(['GET /a one'], ['POST /v2/a one']), [['POST /v2/a', 'GET /a']])
  t.same(pairs(['GET /a one'], ['POST /b one', 'POST /c one']), [])
  t.same(pairs(['GET /a one', 'GET /b one'], ['POST /c one']), [])
  t.same(pairs(['GET /a'], ['GET /b']), [], 'none is no operationId')
})

t.test('no earlier one is found twice', async t => {
  t.same(pairs(['GET /a one'], ['GET /a', 'GET /b one']), [['GET /a', 'GET /a']])
})
