/** A tool that writes is called by nobody’s typing, also while others wait for their approval. */
import t from 'tap'
import type { Catalogue, OperationReport } from '../../../src/catalogue/tool.ts'
import type { Config } from '../../../src/config/config.ts'
import { refuseUnmatchedPrompts } from '../../../src/mcp/prompts/refuse-unmatched-prompts.ts'
import { fakeTool } from '../fake-door.ts'

const reasons = ['riskier than the lock file says: x']
const HELD = { outcome: 'excluded', reasons } as unknown as OperationReport
const write = fakeTool('delete_all')
const tools = [
  { ...write, hints: { ...write.hints, readOnly: false } },
  { ...fakeTool('ask'), asksUser: true },
]

const refuse = (tool: string, report: readonly OperationReport[] = [HELD]) => {
  const argument = { name: 'a', from: { tool, items: 'x', arguments: {} } }
  const prompts = [{ name: 'p', arguments: [argument], messages: [] }]
  const config = { file: 'x.yaml', prompts, servers: [{ path: '/mcp' }] }
  refuseUnmatchedPrompts(config as unknown as Config, { tools, report } as unknown as Catalogue)
}

for (const name of ['delete_all', 'ask']) {
  t.test(name, async t => {
    for (const report of [[], [HELD]]) {
      t.throws(() => refuse(name, report), {
        code: 'configuration_invalid',
        data: { problems: [{ path: 'prompts[0].arguments[0].from.tool', message: /more than read/ }] },
      })
    }
  })
}

t.test('what is not there may be what is held', async t => {
  t.doesNotThrow(() => refuse('held_tool'))
  t.throws(() => refuse('held_tool', []), { code: 'configuration_invalid' })
})
