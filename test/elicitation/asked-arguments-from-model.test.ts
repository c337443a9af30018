/** Arguments that only the user gives: no spelling of the model's call sets one, also where a body takes any member. */
import Fastify from 'fastify'
import t from 'tap'
import { askingGateway, callModern } from './asking-gateway.ts'

const ID = { in: 'path', name: 'id', required: true, schema: { type: 'string' } }
const OPEN = {
  type: 'object',
  properties: { amount: { type: 'number' }, note: { type: 'string' }, reason: { type: 'string' } },
}
const document = {
  openapi: '3.1.0',
  info: { title: 'Refunds', version: '1' },
  paths: {
    '/refunds/{id}': {
      post: {
        operationId: 'createRefund',
        parameters: [ID],
        requestBody: { required: true, content: { 'application/json': { schema: OPEN } } },
        responses: { 200: { description: 'OK' } },
      },
    },
  },
}
const rules = `
        - match: { operation: createRefund }
          ask: [{ name: why, message: 'Why?', arguments: [reason, note] }]`

t.test('the model can’t say what the user left empty', async t => {
  const bodies: unknown[] = []
  const product = Fastify()
  product.all('/*', async request => {
    bodies.push(request.body)
    return {}
  })
  const upstream = await product.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => product.close())
  const { app, url, mint } = await askingGateway(t, { document, rules })
  const { config } = app
  await app.reload({ ...config, apis: config.apis.map(api => ({ ...api, upstream })) })
  const token = await mint()
  const call = (args: object, more: object = {}) =>
    callModern(url, token, { name: 'create_refund', arguments: args, ...more })
  for (const args of [
    { id: '1', amount: 5, note: 'model' },
    { id: '1', body: { amount: 5, note: 'model' } },
    { id: '1', body: JSON.stringify({ amount: 5, note: 'model' }) },
    { id: '1', amount: 5, Note: 'model' },
    { id: '1', amount: 5, additional: { note: 'model' } },
    { id: '1', amount: 5, additionalProperties: { note: 'model' } },
    { arguments: { id: '1', amount: 5, note: 'model' } },
  ]) {
    t.match((await call(args)).body.result, { isError: true }, JSON.stringify(args))
  }
  const args = { id: '1', amount: 5 }
  const { requestState } = (await call(args)).body.result
  const inputResponses = { why: { action: 'accept', content: { reason: 'user' } } }
  t.match((await call(args, { requestState, inputResponses })).body.result, { isError: false })
  t.same(bodies, [{ amount: 5, reason: 'user' }])
})
