/**
 * The first stranger who opens the connect page after a reload has it drawn: with thousands of tools and hundreds of
 * scopes, nobody's call may wait until that is done, and who asks meanwhile does not make it be done again.
 */
import t from 'tap'
import { compileExpression } from '../src/config/expression.ts'
import { describeGateway } from '../src/console/describe-gateway.ts'
import { createPolicy } from '../src/policy/decide.ts'
import { openedTools } from '../src/policy/opened-tools.ts'
import { build } from './build.ts'
import { connectPageOf, sampleTool, TOOLS } from './console/sample-connect-page.ts'

t.test('what scopes give is found out in slices', async t => {
  const { config } = await build(t)
  const policy = createPolicy(config)
  const scopes = Array.from({ length: 300 }, (_, index) => `read:r${index}`)
  const servers = config.servers.map(settings => ({
    settings,
    tools: TOOLS,
    named: [],
    scopes,
    bundle: undefined,
  }))
  const work = describeGateway({
    config,
    policy,
    baseUrl: 'http://127.0.0.1',
    servers,
    connections: undefined,
  })
  let slices = 0
  while (!work.next().done) slices += 1
  t.ok(slices >= scopes.length, `${slices} slices`)
  t.equal(connectPageOf(config).servers.length, config.servers.length)
})

t.test('no condition is evaluated and no refusal put in words for it', async t => {
  const { config } = await build(t)
  const policy = createPolicy(config)
  const when = {
    ...compileExpression('principal.subject == "ada"', 'condition'),
    evaluate: () => t.fail('evaluated'),
  }
  const guarded = sampleTool('Guarded', 'read', 'invoices', {}, when as never)
  t.same(openedTools('read:invoices', [guarded], policy), [guarded])
  t.same(openedTools('read:contacts', [guarded], policy), [])
})

t.test('all who ask at once get the same page', async t => {
  const { origin } = await build(t)
  const pages = await Promise.all(Array.from({ length: 5 }, async () => (await fetch(origin)).text()))
  t.equal(new Set(pages).size, 1)
  t.match(pages[0], '</html>')
})
