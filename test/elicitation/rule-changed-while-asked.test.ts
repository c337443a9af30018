/** A user who says yes to a call says nothing about a call with other bound values, or to another product. */
import Fastify from 'fastify'
import t from 'tap'
import { askingGateway, callModern } from './asking-gateway.ts'

const rules = (bound: string) => `
        - match: { operation: deleteThing }
          confirm: true
          bind: { reason: '${bound}' }`
const CALL = { name: 'delete_thing', arguments: { id: 't-1' } }
const YES = { confirm: { action: 'accept' } }

t.test('another binding', async t => {
  const { url, mint, reached, reload } = await askingGateway(t, { rules: rules('principal.subject') })
  const token = await mint('ann', 'acme')
  const { requestState } = (await callModern(url, token, CALL)).body.result
  await reload({ rules: rules('principal.organization') })
  const answered = await callModern(url, token, { ...CALL, requestState, inputResponses: YES })
  t.match(answered.body.error, { data: { code: 'invalid_request_state' } })
  t.same(reached, [])
})

t.test('another product', async t => {
  const gateway = await askingGateway(t)
  const { url, mint, reached, app } = gateway
  const other = Fastify()
  const deleted: string[] = []
  other.all('/*', (request, reply) => {
    deleted.push(request.url)
    return reply.type('text/plain').send('done')
  })
  const upstream = await other.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => other.close())
  const token = await mint()
  const { config } = app
  const ask = async () => (await callModern(url, token, CALL)).body.result.requestState
  const answer = (requestState: string) =>
    callModern(url, token, { ...CALL, requestState, inputResponses: YES })
  const early = await ask()
  await app.reload({ ...config })
  t.match((await answer(early)).body.result, { isError: false }, 'nothing is different')
  reached.length = 0
  const requestState = await ask()
  await app.reload({ ...config, apis: config.apis.map(api => ({ ...api, upstream })) })
  t.match((await answer(requestState)).body.error, { data: { code: 'invalid_request_state' } })
  t.same([...reached, ...deleted], [])
})
