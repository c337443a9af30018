import { once } from 'node:events'
import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { MAX_STREAMS_PER_CREDENTIAL } from '../../src/mcp/listen-streams.ts'
import { Post } from '../../src/mcp/post.ts'
import { CALLER, META, openDoor, postModern } from './fake-door.ts'

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'

/** Opens a stream and reads its events and comments one after the other. */
async function listen(url: string, notifications: unknown, headers: Record<string, string> = {}) {
  const controller = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    signal: controller.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: 'Bearer good',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'sub-1',
      method: 'subscriptions/listen',
      params: { _meta: META, notifications },
    }),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let buffered = ''
  const next = async (): Promise<string | undefined> => {
    for (;;) {
      const end = buffered.indexOf('\n\n')
      if (end !== -1) {
        const block = buffered.slice(0, end)
        buffered = buffered.slice(end + 2)
        return block
      }
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) return undefined
      buffered += chunk.value
    }
  }
  const nextMessage = async () => JSON.parse((await next())?.replace('event: message\ndata: ', '') ?? 'null')
  return { response, next, nextMessage, leave: () => controller.abort() }
}

t.test('acknowledges first, tells of changes, completes at shutdown', async t => {
  const { url, door, app } = await openDoor(t)
  const stream = await listen(url, {
    toolsListChanged: true,
    promptsListChanged: true,
    resourceSubscriptions: [],
  })
  t.equal(stream.response.status, 200)
  t.equal(stream.response.headers.get('content-type'), 'text/event-stream')
  t.equal(stream.response.headers.get('x-accel-buffering'), 'no')
  t.strictSame(await stream.nextMessage(), {
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: { _meta: { [SUBSCRIPTION]: 'sub-1' }, notifications: { toolsListChanged: true } },
  })
  door.toolsChanged.notify()
  t.strictSame(await stream.nextMessage(), {
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
    params: { _meta: { [SUBSCRIPTION]: 'sub-1' } },
  })
  const closing = app.close()
  t.strictSame(await stream.nextMessage(), {
    jsonrpc: '2.0',
    id: 'sub-1',
    result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: 'sub-1' } },
  })
  t.equal(await stream.next(), undefined)
  await closing
})

t.test('the source of changes can end it, also before it begins', async t => {
  const { url, door } = await openDoor(t)
  const stream = await listen(url, {})
  t.match(await stream.nextMessage(), { params: { notifications: {} } })
  door.toolsChanged.notify()
  door.toolsChanged.close()
  t.match(
    await stream.nextMessage(),
    { id: 'sub-1', result: { resultType: 'complete' } },
    'no change was asked for',
  )
  t.equal(await stream.next(), undefined)
  const late = await listen(url, { toolsListChanged: true })
  t.match(await late.nextMessage(), { method: 'notifications/subscriptions/acknowledged' })
  t.match(await late.nextMessage(), { result: { resultType: 'complete' } })
  t.equal(await late.next(), undefined)
})

t.test('comments keep it alive as long as the credential holds', async t => {
  let isRevoked = false
  const { url } = await openDoor(
    t,
    {
      authenticate: () => {
        if (isRevoked) throw new PosternError('invalid_token')
        return CALLER
      },
    },
    { keepAlive: 5 },
  )
  const stream = await listen(url, { toolsListChanged: true })
  await stream.nextMessage()
  t.equal(await stream.next(), ':')
  isRevoked = true
  let block = await stream.next()
  while (block === ':') block = await stream.next()
  t.match(block, '"resultType":"complete"')
  t.equal(await stream.next(), undefined)
})

t.test('wrong requests get a plain answer', async t => {
  const { url } = await openDoor(t)
  for (const notifications of [undefined, null, [], { toolsListChanged: 'yes' }]) {
    const reply = await postModern(url, 'subscriptions/listen', { notifications })
    t.equal(reply.status, 400, JSON.stringify(notifications))
    t.match(reply.json, { id: 1, error: { code: -32602 } })
  }
  const refused = await postModern(
    url,
    'subscriptions/listen',
    { notifications: {} },
    { accept: 'application/json' },
  )
  t.equal(refused.status, 406)
})

t.test('one credential can’t hold every stream', async t => {
  const { url } = await openDoor(t)
  const streams = []
  for (let count = 0; count < MAX_STREAMS_PER_CREDENTIAL; count++) {
    const stream = await listen(url, {})
    await stream.nextMessage()
    streams.push(stream)
  }
  const refused = await listen(url, {})
  t.equal(refused.response.status, 429)
  refused.leave()
  streams.pop()?.leave()
  let status = 429
  while (status === 429) {
    const again = await listen(url, {})
    status = again.response.status
    again.leave()
  }
  t.equal(status, 200, 'a place is free again once a client left')
  for (const stream of streams) stream.leave()
})

t.test('a client that leaves while its credential is checked takes no stream', async t => {
  const leaving = new Map<string, AbortController>()
  const gone: Promise<void>[] = []
  const { url } = await openDoor(t, {
    authenticate: async request => {
      const controller = leaving.get(String(request.headers['x-leaves']))
      if (controller === undefined || !(request instanceof Post)) return CALLER
      const closed = once(request.raw.socket, 'close').then(() => {})
      gone.push(closed)
      controller.abort()
      await closed
      return CALLER
    },
  })
  for (let count = 0; count < MAX_STREAMS_PER_CREDENTIAL; count++) {
    const controller = new AbortController()
    leaving.set(String(count), controller)
    await t.rejects(
      fetch(url, {
        method: 'POST',
        signal: controller.signal,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream, application/json',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'subscriptions/listen',
          'x-leaves': String(count),
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: count,
          method: 'subscriptions/listen',
          params: { _meta: META, notifications: {} },
        }),
      }),
    )
  }
  await Promise.all(gone)
  t.equal(gone.length, MAX_STREAMS_PER_CREDENTIAL)
  const stream = await listen(url, { toolsListChanged: true })
  t.equal(stream.response.status, 200)
  stream.leave()
})

t.test('a change reaches the next list', async t => {
  let name = 'before'
  const { url, door } = await openDoor(t, {
    visibleTools: () => [{ definition: JSON.stringify({ name }), name }] as never,
  })
  t.match((await postModern(url, 'tools/list')).json.result.tools, [{ name: 'before' }])
  name = 'after'
  door.toolsChanged.notify()
  t.match((await postModern(url, 'tools/list')).json.result.tools, [{ name: 'after' }])
})
