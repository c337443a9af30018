/** What `bind` sets tells one person's things from another's, also where nobody writes it in a URI. */
import t from 'tap'
import type { Principal } from '../../../src/auth/principal.ts'
import type { Tool } from '../../../src/catalogue/tool.ts'
import { compileExpression } from '../../../src/config/expression.ts'
import type { Door } from '../../../src/mcp/door.ts'
import { isAffected } from '../../../src/mcp/resources/is-affected.ts'
import { ResourceChanges } from '../../../src/mcp/resources/resource-changes.ts'
import {
  MOST_WATCHED_TEXT,
  watchableUris,
  watchResources,
} from '../../../src/mcp/resources/watch-resources.ts'
import { fakeTool, PRINCIPAL } from '../fake-door.ts'

const bind = new Map([['user', compileExpression('principal.subject')]])
const mail: Tool = { ...fakeTool('get'), api: 'mail', resource: 'mail', bind }
const send: Tool = { ...fakeTool('send'), api: 'mail', resource: 'mail', bind }
const ada: Principal = { ...PRINCIPAL, subject: 'ada', organization: 'acme', roles: ['a'] }
const bob: Principal = { ...ada, subject: 'bob' }

t.test('a change of a colleague’s own things is not told', async t => {
  const of = (subscriber: Principal) =>
    isAffected({ tool: mail, arguments: {} }, subscriber, {
      tool: send,
      arguments: { user: 'bob' },
      principal: bob,
    })
  t.ok(of(bob))
  t.notOk(of(ada), 'ada reads /users/ada/mail')
  const role = new Map([['user', compileExpression('principal.roles[0]')]])
  const resource = { tool: { ...mail, bind: role }, arguments: {} }
  const nobody: Principal = { ...ada, roles: [] }
  const change = { tool: fakeTool('any'), arguments: { user: 'bob' }, principal: bob }
  const told = isAffected(resource, nobody, { ...change, tool: send })
  t.notOk(told, 'what can’t be bound can’t be read')
})

t.test('a change in another organisation costs nothing, however much is subscribed to', async t => {
  const resourceChanges = new ResourceChanges()
  let found = 0
  const find = () => {
    found += 1
    return { tool: mail, arguments: {} }
  }
  const visibleResources = () => [mail]
  const server = { resources: { find, tools: [mail] } }
  const door = { resourceChanges, server, visibleResources } as unknown as Door
  const told: string[] = []
  const watch = {
    principal: ada,
    uris: () => ['a:1', 'a:2'],
    identify: () => ada,
    tell: (uri: string) => told.push(uri),
  }
  const stop = watchResources(watch, door)
  resourceChanges.notify({ tool: send, arguments: {}, principal: { ...bob, organization: 'globex' } })
  t.equal(found, 0)
  resourceChanges.notify({ tool: send, arguments: {}, principal: bob })
  t.ok(found > 0)
  stop()
})

t.test('what one subscription names takes so much memory, and no more', async t => {
  const visibleResources = () => [mail]
  const server = { resources: { find: () => ({ tool: mail, arguments: {} }), tools: [mail] } }
  const door = { server, visibleResources } as unknown as Door
  const uris = Array.from({ length: 200 }, (_, index) => `a:${index}-${'x'.repeat(8_000)}`)
  const kept = watchableUris(uris, ada, door)
  t.ok(kept.length > 0)
  t.ok(kept.join('').length <= MOST_WATCHED_TEXT)
})
