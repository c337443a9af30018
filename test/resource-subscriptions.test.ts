/** Who subscribes to a resource hears of changes made through this gateway by the same organisation, and of no others. */
import { PassThrough, Writable } from 'node:stream'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { serveStdio } from '../src/mcp/stdio.ts'
import { type Gateway, gateway, legacy, modern } from './offers/gateway.ts'

const INVOICE = 'acme://billing/v1/invoices/inv_1'
const LIST = 'acme://billing/v1/invoices'

t.test('a call that changes something is told to the organisation, once for each resource', async t => {
  const built = await gateway(t)
  const { url, mint } = built
  const ada = await subscriber(t, built, await mint(['*']), [INVOICE, LIST, 'acme://billing/v1/handbook'])
  const globex = await subscriber(t, built, await mint(['*'], { organization: 'globex' }), [INVOICE])
  const writer = await mint(['write:invoices'], { subject: 'bob', organization: 'acme' })
  const write = (name: string, args: object = {}, credential = writer) =>
    modern(url, credential, 'tools/call', { name, arguments: args })

  await write('update_invoice', { id: 'inv_1' })
  t.strictSame(await ada.next(2), [INVOICE, LIST], 'the invoice, and the list that it is in')
  await write('update_invoice', { id: 'inv_2' })
  t.strictSame(await ada.next(1), [LIST], 'another invoice is none of theirs')
  await write('create_invoice')
  t.strictSame(await ada.next(2), [INVOICE, LIST], 'what was made may be anything of its kind')
  await write('get_invoice', { id: 'inv_1' }, await mint(['*']))
  await write(
    'update_invoice',
    { id: 'inv_1' },
    await mint(['read:*'], { subject: 'eve', organization: 'acme' }),
  )
  t.strictSame(ada.told, [], 'reading changes nothing, nor does what was refused')

  await write('update_invoice', { id: 'inv_1' }, await mint(['*'], { organization: 'globex' }))
  t.strictSame(await globex.next(1), [INVOICE], 'its own change is the first that globex hears of')
  t.strictSame(ada.told, [])
})

t.test('only what may be read can be subscribed to', async t => {
  const { url, mint } = await gateway(t)
  const token = await mint(['read:invoices'])
  const wanted = [
    INVOICE,
    'acme://billing/v1/plan',
    'acme://billing/v1/none',
    'https://example.com/',
    INVOICE,
  ]
  t.strictSame(
    await acknowledged(url, token, { resourceSubscriptions: wanted, resourcesListChanged: true }),
    {
      resourcesListChanged: true,
      resourceSubscriptions: [INVOICE],
    },
  )
  t.strictSame(await acknowledged(url, token, { promptsListChanged: true }), {}, 'there are no prompts')
  const many = Array.from({ length: 300 }, (_, index) => `acme://billing/v1/invoices/${index}`)
  const agreed = await acknowledged(url, token, { resourceSubscriptions: many })
  t.equal((agreed.resourceSubscriptions as string[]).length, 256)
  for (const resourceSubscriptions of ['x', [1]]) {
    const refused = await modern(url, token, 'subscriptions/listen', {
      notifications: { resourceSubscriptions },
    })
    t.match(refused.body.error, { code: -32602 })
  }
})

t.test('who loses the right to read is not told any more', async t => {
  const built = await gateway(t)
  const { url, mint, reload } = built
  const token = await mint(['read:invoices'])
  const reader = await subscriber(t, built, token, [INVOICE, LIST])
  await reload({
    rules: `
- { match: { operation: getInvoice }, expose: resource, scope: 'read:secrets' }
- { match: { operation: listInvoices }, expose: resource }`.trim(),
  })
  await modern(url, await mint(['*']), 'tools/call', { name: 'update_invoice', arguments: { id: 'inv_1' } })
  t.strictSame(await reader.next(1), [LIST])
  t.strictSame(reader.told, [])
})

t.test('2025-11-25 over HTTP: nothing is promised, and asking is harmless', async t => {
  const { url, mint } = await gateway(t)
  const token = await mint(['read:invoices'])
  const clientInfo = { name: 'test', version: '1' }
  const opened = await legacy(url, token, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo,
  })
  t.match(opened.body.result.capabilities.resources, { subscribe: false, listChanged: false })
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
    t.strictSame((await legacy(url, token, method, { uri: INVOICE })).body.result, {})
  }
  const denied = await legacy(url, token, 'resources/subscribe', { uri: 'acme://billing/v1/plan' })
  t.match(denied.body.error, { code: -32002 }, 'what may not be read is as if it were not there')
  t.match((await modern(url, token, 'resources/subscribe', { uri: INVOICE })).body.error, { code: -32601 })
})

t.test('2025-11-25 on stdio: the client is told of lists and of what it subscribed to', async t => {
  const { app, url, mint, reload } = await gateway(t)
  const [door] = app.doors
  if (door === undefined) throw new Error('no door')
  const token = await mint(['*'])
  const presented = { authorization: `Bearer ${token}` }
  const authenticate = () =>
    door.authenticate({ headers: presented, rawHeaders: Object.entries(presented).flat() })
  const input = new PassThrough()
  const lines = new Lines()
  const served = serveStdio({ input, output: lines, door, authenticate, lineLimit: 1_000_000 })
  const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  send({ id: 1, method: 'initialize', params })
  t.match(await lines.next(), {
    result: {
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true } },
    },
  })
  send({ method: 'notifications/initialized' })
  send({ id: 2, method: 'resources/subscribe', params: { uri: INVOICE } })
  t.match(await lines.next(), { id: 2, result: {} })
  const change = () =>
    modern(url, token, 'tools/call', { name: 'update_invoice', arguments: { id: 'inv_1' } })
  await change()
  t.strictSame(await lines.next(), {
    jsonrpc: '2.0',
    method: 'notifications/resources/updated',
    params: { uri: INVOICE },
  })
  send({ id: 3, method: 'resources/unsubscribe', params: { uri: INVOICE } })
  t.match(await lines.next(), { id: 3, result: {} })
  await change()
  await reload({})
  t.match(await lines.next(), { method: 'notifications/tools/list_changed' }, 'no update came in between')
  t.match(await lines.next(), { method: 'notifications/resources/list_changed' })
  input.end()
  await served
})

/** A client that subscribes, and what it is told, oldest first. */
async function subscriber(t: Test, { url }: Gateway, token: string, uris: string[]) {
  const client = new Client(
    { name: 'sdk-v2', version: '2' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  t.teardown(() => client.close())
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  const told: string[] = []
  let wake = () => {}
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    told.push(params.uri)
    wake()
  })
  await client.listen({ resourceSubscriptions: uris })
  return {
    told,
    async next(count: number): Promise<string[]> {
      while (told.length < count) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return told.splice(0, count).sort((a, b) => b.length - a.length)
    },
  }
}

/** What of a subscription is honoured. */
async function acknowledged(
  url: string,
  token: string,
  notifications: object,
): Promise<Record<string, unknown>> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const abort = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    signal: abort.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: { notifications, _meta },
    }),
  })
  let text = ''
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString()
    if (text.includes('\n\n')) break
  }
  abort.abort()
  return JSON.parse(/data: (.*)\n\n/.exec(text)?.[1] ?? '').params.notifications
}

/** Collects what is written, line by line. */
class Lines extends Writable {
  readonly #lines: object[] = []
  #wake = () => {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#text += chunk.toString()
    const whole = this.#text.split('\n')
    this.#text = whole.pop() ?? ''
    this.#lines.push(...whole.map(line => JSON.parse(line)))
    this.#wake()
    done()
  }

  #text = ''

  async next(): Promise<object> {
    for (;;) {
      const line = this.#lines.shift()
      if (line !== undefined) return line
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
