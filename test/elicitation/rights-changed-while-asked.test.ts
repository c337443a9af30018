/** People take minutes to answer, and meanwhile may lose a role, or get another one. */
import { PassThrough } from 'node:stream'
import t from 'tap'
import type { Authenticated, Principal } from '../../src/auth/principal.ts'
import { LiveQuestions } from '../../src/elicitation/live-questions.ts'
import { serveStdio } from '../../src/mcp/stdio.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import { PRINCIPAL } from '../mcp/fake-door.ts'
import { askingGateway, callModern } from './asking-gateway.ts'

const RULES = `
        - match: { operation: deleteThing }
          confirm: true
          bind: { reason: 'principal.roles[0]' }`
const YES = { confirm: { action: 'accept' } }

const ARGS = { name: 'delete_thing', arguments: { id: 't-1' } }

t.test('in rounds, a yes is none for what is bound to something else now', async t => {
  const { app, url, mint, reached } = await askingGateway(t, { rules: RULES })
  const token = await mint()
  let roles = ['north']
  const [door] = app.doors
  if (door === undefined) throw new Error('no door')
  const authenticate = door.authenticate.bind(door)
  const withRoles = async (...given: Parameters<typeof authenticate>): Promise<Authenticated> => {
    const caller = await authenticate(...given)
    return { ...caller, principal: { ...caller.principal, roles } }
  }
  Object.assign(door, { authenticate: withRoles })
  const ask = async () => (await callModern(url, token, ARGS)).body.result.requestState
  const requestState = await ask()
  roles = ['south']
  const refused = await callModern(url, token, { ...ARGS, requestState, inputResponses: YES })
  t.match(refused.body.error, { data: { code: 'invalid_request_state' } })
  t.same(reached, [])
  const again = await callModern(url, token, { ...ARGS, requestState: await ask(), inputResponses: YES })
  t.match(again.body.result, { isError: false })
  t.same(reached, ['DELETE /things/t-1?reason=south'])
})

const asker: Principal = { ...PRINCIPAL, roles: ['keeper', 'reader'], flags: ['beta'] }
const OTHERS: readonly (readonly [what: string, principal: Principal])[] = [
  ['a role lost', { ...asker, roles: ['reader'] }],
  ['a scope lost', { ...asker, scopes: ['read:*'] }],
  ['a flag lost', { ...asker, flags: [] }],
  ['flags that nobody can say', { ...asker, flags: undefined }],
]

for (const [what, principal] of OTHERS) {
  t.test(`live, ${what}: the answer is no yes, at this instance and at another`, async t => {
    const store = createMemoryStore(Date.now)
    await store.fresh()
    const here = new LiveQuestions({ store, path: '/mcp', interval: 5 })
    const there = new LiveQuestions({ store, path: '/mcp' })
    for (const receiver of [here, there]) {
      const { id, answered } = ask(here)
      t.equal(await receiver.deliver({ id: id(), result: { action: 'accept' } }, principal), 'taken')
      t.equal(await answered, undefined)
    }
    const same = { ...asker, roles: [...asker.roles].reverse(), credentialId: asker.credentialId }
    for (const receiver of [here, there]) {
      const { id, answered } = ask(here)
      await receiver.deliver({ id: id(), result: { action: 'accept' } }, same)
      t.same(await answered, { action: 'accept' }, 'the order of roles says nothing')
    }
    here.close()
    await store.close()
  })
}

function ask(questions: LiveQuestions) {
  let sent = ''
  const answered = questions.ask(
    { message: '?', requestedSchema: {} },
    {
      principal: asker,
      signal: new AbortController().signal,
      send: message => {
        sent = message
        return true
      },
      keepAlive: () => {},
    },
  )
  return { id: () => JSON.parse(sent).id, answered }
}

t.test('on stdio, whoever lost a role while their user was asked does nothing', async t => {
  const { app, mint, reached } = await askingGateway(t, { rules: RULES })
  const [door] = app.doors
  if (door === undefined) throw new Error('no door')
  const headers = { authorization: `Bearer ${await mint()}` }
  let roles = ['north']
  const authenticate = async (): Promise<Authenticated> => {
    const caller = await door.authenticate({ headers, rawHeaders: Object.entries(headers).flat() })
    return { ...caller, principal: { ...caller.principal, roles } }
  }
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveStdio({ input, output, door, authenticate, lineLimit: 100_000 })
  const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const lines = output[Symbol.asyncIterator]()
  const next = async () => JSON.parse(String((await lines.next()).value))
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test', version: '1' },
  }
  send({ id: 0, method: 'initialize', params })
  await next()
  send({ id: 1, method: 'tools/call', params: ARGS })
  const question = await next()
  roles = ['south']
  send({ id: question.id, result: { action: 'accept' } })
  t.match(await next(), { id: 1, result: { isError: true } })
  t.same(reached, [])
  input.end()
  await served
})
