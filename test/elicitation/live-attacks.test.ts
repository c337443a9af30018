/** Questions that are put while a call waits: whose answers count, at which instance, and how many may wait. */
import t, { type Test } from 'tap'
import { MOST_PER_PERSON } from '../../src/elicitation/waiting-answers.ts'
import { type AskingGateway, askingGateway, askingInstance } from './asking-gateway.ts'

const SHARED = '{ type: sqlite, path: ./shared.db }'

interface Question {
  readonly id: string
  readonly method: string
  readonly params: { readonly message: string }
}

/** A client of 2025-11-25 that can ask its user, as plain HTTP. */
class LegacyClient {
  readonly token: string
  session: string | undefined

  constructor(token: string) {
    this.token = token
  }

  async post(url: string, message: object, signal?: AbortSignal): Promise<Response> {
    return fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        ...(this.session !== undefined && { 'mcp-session-id': this.session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      ...(signal && { signal }),
    })
  }

  async initialize(url: string, capabilities: object = { elicitation: {} }): Promise<this> {
    const clientInfo = { name: 'test', version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities, clientInfo }
    const response = await this.post(url, { id: 0, method: 'initialize', params })
    this.session = response.headers.get('mcp-session-id') ?? undefined
    await response.body?.cancel()
    return this
  }

  /** Calls the tool that asks; resolves once the question is there, or all is over. */
  async call(url: string, signal?: AbortSignal): Promise<Waiting> {
    const params = { name: 'delete_thing', arguments: { id: 't-1' } }
    const response = await this.post(url, { id: 1, method: 'tools/call', params }, signal)
    if (!response.headers.get('content-type')?.includes('event-stream')) {
      return { status: response.status, question: undefined, end: async () => response.json() }
    }
    const events = eventsOf(response)
    const { value } = await events.next()
    return {
      status: response.status,
      question: value as Question,
      end: async () => (await events.next()).value,
    }
  }

  async answer(url: string, id: unknown, result: unknown = { action: 'accept' }): Promise<number> {
    const response = await this.post(url, { id, result })
    await response.body?.cancel()
    return response.status
  }
}

interface Waiting {
  readonly status: number
  readonly question: Question | undefined
  /** The response of the call. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly end: () => Promise<any>
}

async function* eventsOf(response: Response): AsyncGenerator<unknown> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}

async function scene(t: Test, store?: string): Promise<AskingGateway & { readonly client: LegacyClient }> {
  const gateway = await askingGateway(t, store === undefined ? {} : { store })
  const client = await new LegacyClient(await gateway.mint('ann', 'acme')).initialize(gateway.url)
  return { ...gateway, client }
}

t.test('the answer may come to any instance of the fleet', async t => {
  const gateway = await scene(t, SHARED)
  const { client, app, directory } = gateway
  const upstream = app.config.apis[0]?.upstream ?? ''
  const second = await askingInstance(t, { store: SHARED, upstream, directory })
  const waiting = await client.call(second.url)
  t.match(waiting.question, { method: 'elicitation/create', params: { message: /Delete a thing/ } })
  t.same(gateway.reached, [], 'it waits')
  t.equal(await client.answer(gateway.url, waiting.question?.id), 202)
  t.match(await waiting.end(), { id: 1, result: { isError: false } })
  t.same(gateway.reached, ['DELETE /things/t-1'])
  t.equal(await client.answer(gateway.url, waiting.question?.id), 202, 'repeated, it comes to nothing')
  t.same(gateway.reached, ['DELETE /things/t-1'])
})

t.test('an answer of somebody else, to another question or at another endpoint is none', async t => {
  const { client, url, origin, mint, reached } = await scene(t)
  const waiting = await client.call(url)
  const id = waiting.question?.id ?? ''
  t.match(id, /^ask_[\w-]{22}\.[a-z0-9]+\.[\w-]{43}$/)
  for (const [subject, organization] of [
    ['ben', 'acme'],
    ['ann', 'globex'],
    ['ann', 'acme'],
  ]) {
    const other = await new LegacyClient(await mint(subject, organization)).initialize(url)
    t.equal(await other.answer(url, id), 400, `${subject} of ${organization}, with another credential`)
  }
  t.equal(await client.answer(`${origin}/other`, id), 400)
  const [content = '', end = '', signature = ''] = id.slice(4).split('.')
  for (const forged of [
    ...[`ask_${content}.${end}.${'A'.repeat(43)}`, `ask_${content}.zzzzzzzzz.${signature}`, 'ask_', 'ask_..'],
    ...[`${id}x`, id.slice(0, -1), `ask_${'x'.repeat(100_000)}`],
  ]) {
    t.equal(await client.answer(url, forged), 400)
  }
  for (const foreign of [1, 'ask', '', id.slice(4)])
    t.equal(await client.answer(url, foreign), 202, 'dropped')
  t.same(reached, [])
  t.equal(await client.answer(url, id, { action: 'decline' }), 202)
  t.match(await waiting.end(), { result: { isError: true, content: [{ text: /said no/ }] } })
  t.same(reached, [])
})

t.test('answers of the wrong form are no yes', async t => {
  const { client, url, reached } = await scene(t)
  for (const result of [null, 'accept', [], {}, { action: 'ACCEPT' }, { action: 'accept', content: 7 }]) {
    const waiting = await client.call(url)
    t.equal(await client.answer(url, waiting.question?.id, result), 202)
    t.match(await waiting.end(), { result: { isError: true } })
  }
  const waiting = await client.call(url)
  const error = { code: -32601, message: 'Method not found' }
  t.equal((await client.post(url, { id: waiting.question?.id, error })).status, 202)
  t.match(await waiting.end(), { result: { isError: true } }, 'nor is an error')
  t.same(reached, [])
})

t.test('a session says what one person’s client can do, and of nobody else’s', async t => {
  const { client, url, origin, mint, reached } = await scene(t)
  const ben = new LegacyClient(await mint('ben', 'acme'))
  ben.session = client.session
  t.equal((await ben.call(url)).status, 404)
  t.equal((await client.call(`${origin}/other`)).status, 404)
  for (const session of ['x', `${client.session}x`, '.', 'a.b']) {
    const forger = new LegacyClient(client.token)
    forger.session = session
    const refused = await forger.call(url)
    t.equal(refused.status, 404)
    t.match(await refused.end(), { error: { data: { code: 'unknown_session' } } })
  }
  const renewed = new LegacyClient(await mint('ann', 'acme'))
  renewed.session = client.session
  t.match((await renewed.call(url)).question, { method: 'elicitation/create' }, 'a token may be renewed')
  const list = await ben.post(url, { id: 2, method: 'tools/list', params: {} })
  t.equal(list.status, 200, 'what asks nobody does not look at it')
  await list.body?.cancel()
  t.same(reached, [])
})

t.test('so many calls of one person wait, and no more', async t => {
  const { client, url, mint, reached } = await scene(t)
  const waiting: Waiting[] = []
  for (let count = 0; count < MOST_PER_PERSON; count++) waiting.push(await client.call(url))
  const refused = await client.call(url)
  t.match(await refused.end(), {
    result: { isError: true, content: [{ text: /Too many calls are waiting/ }] },
  })
  const ben = await new LegacyClient(await mint('ben', 'acme')).initialize(url)
  t.match((await ben.call(url)).question, { method: 'elicitation/create' }, 'others are not held up')
  await client.answer(url, waiting[0]?.question?.id)
  await waiting[0]?.end()
  t.match((await client.call(url)).question, { method: 'elicitation/create' }, 'one less waits')
  t.equal(reached.length, 1)
})

t.test('a client that goes away while it is asked', async t => {
  const { client, url, reached, audit } = await scene(t)
  const leaving = new AbortController()
  const waiting = await client.call(url, leaving.signal)
  leaving.abort()
  await t.rejects(waiting.end())
  while (audit().length < 2) await new Promise(resolve => setImmediate(resolve))
  t.match(audit().at(-1), { code: 'cancelled' })
  t.equal(await client.answer(url, waiting.question?.id), 202)
  t.same(reached, [], 'nobody waits for the answer any more')
})

t.test('an instance that shuts down lets nobody wait', async t => {
  const { client, url, app, reached } = await scene(t)
  const waiting = await client.call(url)
  const [end] = await Promise.all([waiting.end(), app.close()])
  t.match(end, { result: { isError: true, content: [{ text: /gave no answer/ }] } })
  t.same(reached, [])
})

t.test('a word that was given under another configuration is none', async t => {
  const { client, url, reload, reached } = await scene(t)
  const waiting = await client.call(url)
  await reload({ more: 'instructions: Other ones.' })
  t.equal(await client.answer(url, waiting.question?.id), 202)
  t.match(await waiting.end(), { result: { isError: true, content: [{ text: /configuration changed/ }] } })
  t.same(reached, [])
})
