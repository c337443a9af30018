import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { LegacyNews } from '../../src/mcp/legacy-news.ts'
import { MOST_WATCHED } from '../../src/mcp/resources/watch-resources.ts'
import { fakeDoor, fakeTool, PRINCIPAL } from './fake-door.ts'

const INVOICE = fakeTool('get_invoice')
const CHANGE = {
  tool: { ...fakeTool('create_invoice'), resource: INVOICE.resource },
  arguments: {},
  principal: PRINCIPAL,
}

/** News of a server with tools and one resource, which `visible` callers may read. */
function news({
  isVisible = () => true,
  hasPrompts = true,
  identify = () => PRINCIPAL,
}: {
  isVisible?: () => boolean
  hasPrompts?: boolean
  identify?: () => Principal
} = {}) {
  const sent: string[] = []
  const told: string[] = []
  const door = fakeDoor({
    server: {
      path: '/mcp',
      tools: [],
      byName: new Map(),
      resources: {
        tools: [INVOICE],
        find: uri => (uri.startsWith('acme://invoice/') ? { tool: INVOICE, arguments: {} } : undefined),
      },
      ...(hasPrompts && { prompts: [] }),
    },
    visibleResources: () => (isVisible() ? [INVOICE] : []),
  })
  const send = (message: string) => {
    const { method, params } = JSON.parse(message)
    if (method === 'notifications/resources/updated') told.push(params.uri)
    else sent.push(method)
  }
  const opened = new LegacyNews(door, send, identify)
  t.teardown(() => opened.close())
  /** Whoever is told is asked for first, so it takes a moment. */
  const change = async (made = CHANGE) => {
    door.resourceChanges.notify(made)
    await setImmediate()
  }
  return { door, news: opened, sent, told, change }
}

t.test('nothing is told before the client is ready, and everything once afterwards', async t => {
  const { door, news: own, sent } = news()
  door.toolsChanged.notify()
  t.same(sent, [])
  own.open()
  own.open()
  door.toolsChanged.notify()
  t.same(sent, [
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
    'notifications/resources/list_changed',
  ])
})

t.test('nothing is told of lists that the server does not have', async t => {
  const { door, news: own, sent } = news({ hasPrompts: false })
  own.open()
  door.toolsChanged.notify()
  t.notOk(sent.includes('notifications/prompts/list_changed'))
})

t.test('changes of what is watched are told as long as it is watched and may be read', async t => {
  let visible = true
  const { change, news: own, told } = news({ isVisible: () => visible })
  own.open()
  const watched = own.watchedBy(PRINCIPAL)
  t.ok(watched.add('acme://invoice/7'))
  await change()
  t.same(told, ['acme://invoice/7'])
  visible = false
  await change()
  t.equal(told.length, 1, 'a right that is gone')
  visible = true
  watched.delete('acme://invoice/7')
  await change()
  t.equal(told.length, 1, 'not watched any more')
})

t.test('what others do is not told, and not what is about something else', async t => {
  const { change, news: own, told } = news()
  own.open()
  own.watchedBy(PRINCIPAL).add('acme://invoice/7')
  await change({ ...CHANGE, principal: { ...PRINCIPAL, subject: 'eve' } })
  await change({ ...CHANGE, tool: fakeTool('create_customer') })
  t.same(told, [])
})

t.test('whoever has lost their credential, or another one’s rights, is told nothing', async t => {
  let principal: Principal | undefined
  const identify = () => {
    if (principal === undefined) throw new Error('no longer good')
    return principal
  }
  const { change, news: own, told } = news({ identify })
  own.open()
  own.watchedBy(PRINCIPAL).add('acme://invoice/7')
  await change()
  principal = { ...PRINCIPAL, organization: 'globex' }
  await change()
  t.same(told, [])
  principal = PRINCIPAL
  await change()
  t.same(told, ['acme://invoice/7'])
})

t.test('so many are watched and no more; one that is watched already is no further one', async t => {
  const { news: own } = news()
  const watched = own.watchedBy(PRINCIPAL)
  for (let count = 0; count < MOST_WATCHED; count++) t.ok(watched.add(`acme://invoice/${count}`))
  t.notOk(watched.add('acme://invoice/more'))
  t.ok(watched.add('acme://invoice/0'))
  watched.delete('acme://invoice/0')
  t.ok(watched.add('acme://invoice/more'))
})

t.test('after the end nothing is told', async t => {
  const { door, change, news: own, sent, told } = news()
  own.open()
  own.watchedBy(PRINCIPAL).add('acme://invoice/7')
  own.close()
  door.toolsChanged.notify()
  await change()
  t.same([sent, told], [[], []])
})
