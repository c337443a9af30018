/** A call that goes on with its user’s word counts against no limit, so that word must not be good for many of anything. */
import t from 'tap'
import { type CallToolOptions, createCallTool } from '../../src/call-tool.ts'
import type { Tool } from '../../src/catalogue/tool.ts'
import { Interview } from '../../src/elicitation/interview.ts'
import { PosternError } from '../../src/errors.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import { CALLER, fakeTool } from '../mcp/fake-door.ts'

t.test('credentials that can’t be had are asked for once with one yes', async t => {
  const store = createMemoryStore()
  await store.fresh()
  const asking = { questions: [], confirmation: { message: undefined, without: 'refuse' }, fingerprint: 'x' }
  const tool = { ...fakeTool('pay'), asksUser: true, asking } as unknown as Tool
  let exchanges = 0
  let counted = 0
  const options = {
    decide: () => ({ allow: true }),
    limit: () => {
      counted += 1
    },
    interview: (call: never, asked: Tool) => new Interview(call, asked, { store, now: Date.now }),
    credentials: () => {
      exchanges += 1
      throw new PosternError('exchange_refused')
    },
    audit: () => {},
    onError: () => {},
  } as unknown as CallToolOptions
  const callTool = createCallTool(options)
  const call = (state?: string) =>
    callTool({
      server: { path: '/mcp', tools: [tool], byName: new Map([['pay', tool]]) },
      caller: CALLER,
      name: 'pay',
      arguments: {},
      signal: new AbortController().signal,
      user: { dialogue: { kind: 'rounds', responses: { confirm: { action: 'accept' } }, state } },
      requestId: 'r',
      protocolVersion: '2026-07-28',
      client: undefined,
      remoteAddress: undefined,
    })
  const state = (await call()).inputRequired?.state
  t.type(state, 'string')
  t.match(await call(state), { isError: true }, 'no credential for it')
  for (let times = 0; times < 5; times++) await t.rejects(call(state), { code: 'invalid_request_state' })
  t.equal(counted, 1)
  t.equal(exchanges, 1)
})
