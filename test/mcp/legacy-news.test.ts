import t from 'tap'
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
}: {
  isVisible?: () => boolean
  hasPrompts?: boolean
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
  const methodOf = (message: string) => JSON.parse(message).method
  const opened = new LegacyNews(
    door,
    message => sent.push(methodOf(message)),
    message => told.push(JSON.parse(message).params.uri),
  )
  t.teardown(() => opened.close())
  return { door, news: opened, sent, told }
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
  const { door, news: own, told } = news({ isVisible: () => visible })
  own.open()
  const watched = own.watchedBy(PRINCIPAL)
  t.ok(watched.add('acme://invoice/7'))
  door.resourceChanges.notify(CHANGE)
  t.same(told, ['acme://invoice/7'])
  visible = false
  door.resourceChanges.notify(CHANGE)
  t.equal(told.length, 1, 'a right that is gone')
  visible = true
  watched.delete('acme://invoice/7')
  door.resourceChanges.notify(CHANGE)
  t.equal(told.length, 1, 'not watched any more')
})

t.test('what others do is not told, and not what is about something else', async t => {
  const { door, news: own, told } = news()
  own.open()
  own.watchedBy(PRINCIPAL).add('acme://invoice/7')
  door.resourceChanges.notify({ ...CHANGE, principal: { ...PRINCIPAL, subject: 'eve' } })
  door.resourceChanges.notify({ ...CHANGE, tool: fakeTool('create_customer') })
  t.same(told, [])
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
  const { door, news: own, sent, told } = news()
  own.open()
  own.watchedBy(PRINCIPAL).add('acme://invoice/7')
  own.close()
  door.toolsChanged.notify()
  door.resourceChanges.notify(CHANGE)
  t.same([sent, told], [[], []])
})
