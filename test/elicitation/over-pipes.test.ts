/** Users at the other end of a pipe: `postern stdio`, and `postern bridge` in front of a gateway far away. */
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { runBridge } from '../../src/bridge/run-bridge.ts'
import { serveStdio } from '../../src/mcp/stdio.ts'
import { type AskingGateway, askingGateway } from './asking-gateway.ts'

interface Pipe {
  readonly send: (message: object) => void
  // biome-ignore lint/suspicious/noExplicitAny: tests read into messages of any shape
  readonly next: () => Promise<any>
  readonly end: () => Promise<void>
}

function pipe(t: Test, run: (input: PassThrough, output: PassThrough) => Promise<void>): Pipe {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const ended = run(input, output)
  const lines = linesOf(output)
  const end = async () => {
    input.end()
    await ended
  }
  t.teardown(end)
  return {
    send: message => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    next: async () => JSON.parse((await lines.next()).value ?? 'null'),
    end,
  }
}

async function* linesOf(output: PassThrough): AsyncGenerator<string> {
  let text = ''
  for await (const part of output) {
    text += part
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.slice(0, end)
      text = text.slice(end + 1)
    }
  }
}

/** Each of the two ways, for one caller of a gateway. */
const WAYS = {
  stdio: async (t: Test, { app, mint }: AskingGateway): Promise<Pipe & { readonly token: string }> => {
    const token = await mint()
    const [door] = app.doors
    if (door === undefined) throw new Error('no door')
    const headers = { authorization: `Bearer ${token}` }
    const authenticate = () => door.authenticate({ headers, rawHeaders: Object.entries(headers).flat() })
    const serve = (input: PassThrough, output: PassThrough) =>
      serveStdio({ input, output, door, authenticate, lineLimit: 100_000 })
    return { ...pipe(t, serve), token }
  },
  bridge: async (t: Test, { url, mint }: AskingGateway): Promise<Pipe & { readonly token: string }> => {
    const token = await mint()
    const credential = { Authorization: `Bearer ${token}` }
    const errors = new PassThrough().resume()
    const carry = (input: PassThrough, output: PassThrough) =>
      runBridge({ url: new URL(url), credential, input, output, errors, drain: 0 })
    return { ...pipe(t, carry), token }
  },
}

const CALL = { method: 'tools/call', params: { name: 'delete_thing', arguments: { id: 't-1' } } }

async function initialize({ send, next }: Pipe, capabilities: object = { elicitation: {} }): Promise<void> {
  const clientInfo = { name: 'test', version: '1' }
  send({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities, clientInfo } })
  t.match(await next(), { id: 0, result: { protocolVersion: '2025-11-25' } })
}

for (const [name, open] of Object.entries(WAYS)) {
  t.test(`${name}, 2025-11-25: the user is asked, and has the last word`, async t => {
    const gateway = await askingGateway(t)
    const way = await open(t, gateway)
    await initialize(way)
    for (const [id, action, isError] of [
      [1, 'accept', false],
      [2, 'decline', true],
    ] as const) {
      way.send({ id, ...CALL })
      const question = await way.next()
      t.match(question, { method: 'elicitation/create', params: { message: /Delete a thing/ } })
      way.send({ id: question.id, result: { action } })
      t.match(await way.next(), { id, result: { isError } })
    }
    t.same(gateway.reached, ['DELETE /things/t-1'])
  })

  t.test(`${name}, 2025-11-25: a client that can’t ask`, async t => {
    const gateway = await askingGateway(t)
    const way = await open(t, gateway)
    await initialize(way, {})
    way.send({ id: 1, ...CALL })
    t.match(await way.next(), { id: 1, result: { isError: true, content: [{ text: /can’t ask/ }] } })
    t.same(gateway.reached, [])
  })

  t.test(`${name}, 2026-07-28: in rounds`, async t => {
    const gateway = await askingGateway(t)
    const way = await open(t, gateway)
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    }
    way.send({ id: 1, ...CALL, params: { ...CALL.params, _meta } })
    const { result } = await way.next()
    t.match(result, {
      resultType: 'input_required',
      inputRequests: { confirm: { method: 'elicitation/create' } },
    })
    const inputResponses = { confirm: { action: 'accept' } }
    const answered = { ...CALL.params, _meta, inputResponses, requestState: result.requestState }
    way.send({ id: 2, ...CALL, params: answered })
    t.match(await way.next(), { id: 2, result: { resultType: 'complete', isError: false } })
    t.same(gateway.reached, ['DELETE /things/t-1'])
  })
}

t.test('stdio: a credential that ends while its user is asked ends the call', async t => {
  const gateway = await askingGateway(t)
  const way = await WAYS.stdio(t, gateway)
  await initialize(way)
  way.send({ id: 1, ...CALL })
  const question = await way.next()
  const [record] = await gateway.app.store.listTokens()
  await gateway.app.store.revokeToken(record?.id ?? '', Date.now())
  way.send({ id: question.id, result: { action: 'accept' } })
  t.match(await way.next(), { id: 1, error: { data: { code: 'invalid_token' } } })
  t.same(gateway.reached, [])
})

t.test('stdio: when the input ends, nobody is waited for', async t => {
  const gateway = await askingGateway(t)
  const way = await WAYS.stdio(t, gateway)
  await initialize(way)
  way.send({ id: 1, ...CALL })
  await way.next()
  const ended = way.end()
  t.match(await way.next(), { id: 1, result: { isError: true, content: [{ text: /gave no answer/ }] } })
  await ended
  t.same(gateway.reached, [])
})
