import t from 'tap'
import {
  CLIENT_NAMES,
  clientName,
  definitionIn,
  judgeClients,
} from '../../../src/catalogue/lint/client-verdict.ts'
import type { Tool } from '../../../src/catalogue/tool.ts'
import { compileLocked } from '../lock/compile-locked.ts'
import { flawless } from './lint-paths.ts'

const { tools } = compileLocked({ '/a': { get: flawless('listA') }, '/b': { get: flawless('listB') } })
const [first] = tools
const pretend = (name: string, inputSchema: object): Tool => {
  if (first === undefined) throw new Error('no tool')
  return { ...first, name, definitionFor: undefined, definition: JSON.stringify({ name, inputSchema }) }
}
const server = (own: readonly Tool[], profile: 'auto' | 'full' = 'auto') => ({
  path: '/mcp',
  profile,
  tools: own,
})

t.test('clients by their names and by what they are called too', async t => {
  for (const name of CLIENT_NAMES) t.equal(clientName(name.toUpperCase()), name)
  t.equal(clientName('codex'), 'openai')
  t.equal(clientName('Copilot'), 'vscode')
  for (const name of ['', 'default', 'full', 'constructor', '__proto__', 'emacs'])
    t.equal(clientName(name), undefined, name)
})

t.test('the number of tools against the client’s limit', async t => {
  const many = Array.from({ length: 45 }, (_, index) => pretend(`tool_${index}`, { type: 'object' }))
  const [trae, windsurf, claude] = judgeClients(
    ['trae', 'windsurf', 'claude'],
    [server(many), server(many.slice(0, 40))],
    'acme',
  )
  t.match(trae, {
    limit: 40,
    servers: [
      { path: '/mcp', tools: 45, tooMany: 5 },
      { tools: 40, tooMany: 0 },
    ],
  })
  t.match(windsurf, { limit: 50, servers: [{ tooMany: 0 }, { tooMany: 0 }] })
  t.match(claude, { limit: undefined, servers: [{ tooMany: 0 }, {}] })
})

t.test('what one client refuses and another takes', async t => {
  const union = pretend('union', { type: 'object', anyOf: [{ type: 'object' }] })
  const reference = pretend('reference', {
    type: 'object',
    properties: { a: { $ref: '#/$defs/a' } },
    $defs: { a: { type: 'string' } },
  })
  const verdicts = judgeClients(['claude', 'cursor'], [server([union, reference])], 'acme')
  t.match(verdicts, [
    { client: 'claude', problems: [{ tool: 'union', problem: 'alternatives at the root' }] },
    { client: 'cursor', problems: [{ tool: 'union' }, { tool: 'reference', problem: /a reference/ }] },
  ])
  t.equal(verdicts[0]?.problems.length, 1)
})

t.test('each client is judged by the list that it gets', async t => {
  const asked: string[] = []
  const tool: Tool = {
    ...pretend('own', { type: 'object' }),
    definitionFor: profile => {
      asked.push(profile)
      return JSON.stringify({ name: 'own', inputSchema: { type: 'object' } })
    },
  }
  judgeClients(['cursor', 'kiro'], [server([tool])], 'acme')
  t.same(asked, ['cursor', 'default'])
  asked.length = 0
  judgeClients(['cursor', 'kiro'], [server([tool], 'full')], 'acme')
  t.same(asked, ['full', 'full'], 'a configured profile is for everybody')
  t.equal(definitionIn(pretend('x', {}), 'cursor'), '{"name":"x","inputSchema":{}}')
})
