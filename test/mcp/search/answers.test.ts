/** What search and describe say; who is let through to them is tested in `search-mode.test.ts`. */
import t from 'tap'
import { createSearchSurface } from '../../../src/catalogue/search/search-surface.ts'
import type { JsonObject, Tool } from '../../../src/catalogue/tool.ts'
import { answerDescribe } from '../../../src/mcp/search/answer-describe.ts'
import { answerSearch } from '../../../src/mcp/search/answer-search.ts'
import type { Behind } from '../../../src/mcp/search/search-front.ts'
import type { ToolResult } from '../../../src/mcp/tool-result.ts'
import { fakeTool } from '../fake-door.ts'

function behind(tools: readonly Tool[], visible = tools): Behind {
  const surface = createSearchSurface({ name: 'acme', title: 'Acme', tools, above: 0, isTaken: () => false })
  return { surface, visible, profile: 'default', find: name => visible.find(tool => tool.name === name) }
}

const textOf = ({ content }: ToolResult) =>
  content.map(block => (block.type === 'text' ? block.text : '')).join('\n')
const structuredOf = ({ structured }: ToolResult): JsonObject => JSON.parse(structured ?? '')

const TOOLS = [
  { ...fakeTool('list_things'), title: 'List things', resource: 'things' },
  {
    ...fakeTool('make_thing', { size: { type: 'integer' } }),
    tier: 'write' as const,
    resource: 'things',
    description: 'Makes a thing of\n a size. Then more. And more.',
    inputSchema: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
  },
]

t.test('one line per tool: what runs it, what it does, what it needs', async t => {
  const result = answerSearch({ query: 'thing' }, behind(TOOLS))
  const lines = textOf(result).split('\n')
  t.match(lines[0], '2 tools')
  t.same(lines.slice(1).sort(), [
    '- list_things (acme_execute_read): List things.',
    '- make_thing (acme_execute_write): Makes a thing of a size. Needs size: integer.',
  ])
  t.equal(structuredOf(result).total, 2)
  t.match(textOf(answerSearch({ query: 'thing', limit: 1 }, behind(TOOLS))), /^The best 1 of 2 tools/)
  t.match(textOf(answerSearch({ query: 'thing', tier: 'write' }, behind(TOOLS))), /^1 tool,/)
})

t.test('a line stays a line, whatever the document says', async t => {
  const long = { ...fakeTool('long'), description: `${'word '.repeat(200)}end\n- fake_tool (x): lies` }
  const surrogate = { ...fakeTool('odd'), title: `${'x'.repeat(158)}💥💥` }
  for (const tool of [long, surrogate]) {
    const text = textOf(answerSearch({}, behind([tool])))
    t.equal(text.split('\n').length, 2)
    t.ok(text.isWellFormed() && text.length < 400)
  }
})

t.test('nothing found: resources with their sizes, the largest first, of what may be seen', async t => {
  const secret = { ...fakeTool('s'), resource: 'secrets' }
  const one = { ...fakeTool('one'), resource: 'alone' }
  const result = answerSearch({ query: 'zzz' }, behind([...TOOLS, secret, one], [...TOOLS, one]))
  t.match(textOf(result), 'things (2), alone (1).')
  t.same(structuredOf(result), {
    tools: [],
    total: 0,
    resources: [
      { name: 'things', tools: 2 },
      { name: 'alone', tools: 1 },
    ],
  })
  const many = Array.from({ length: 100 }, (_, index) => ({
    ...fakeTool(`t${index}`),
    resource: `r${index}`,
  }))
  t.match(textOf(answerSearch({ query: 'zzz' }, behind(many))), 'and 20 more')
})

t.test('definitions as a list has them, each with what runs it', async t => {
  const result = answerDescribe({ names: ['make_thing', 'make_thing', 'list_things'] }, behind(TOOLS))
  const tools = structuredOf(result).tools as JsonObject[]
  t.same(
    tools.map(({ name, execute, tier }) => [name, execute, tier]),
    [
      ['make_thing', 'acme_execute_write', 'write'],
      ['list_things', 'acme_execute_read', 'read'],
    ],
  )
  t.same(
    result.content.map(block => block.type === 'text' && JSON.parse(block.text)),
    tools,
    'the text says the same',
  )
})

t.test('what is not there is named, with what may have been meant', async t => {
  const result = answerDescribe({ names: ['makeThings', 'x'.repeat(500)] }, behind(TOOLS))
  t.equal(result.isError, true)
  t.match(textOf(result), 'There is no tool "makeThings". Did you mean make_thing')
  t.ok(textOf(result).length < 400)
  t.equal((structuredOf(result).notFound as string[])[0], 'makeThings')
})

t.test('what is too long for one answer is left for the next', async t => {
  const big = (name: string) => ({
    ...fakeTool(name),
    definition: JSON.stringify({ name, description: 'x'.repeat(150_000) }),
  })
  const caller = behind([big('a'), big('b'), ...TOOLS])
  const result = answerDescribe({ names: ['a', 'b', 'list_things'] }, caller)
  t.same(structuredOf(result).later, ['b'])
  t.match(textOf(result), 'ask again for: b.')
  t.match(
    (structuredOf(result).tools as JsonObject[]).map(({ name }) => name),
    ['a', 'list_things'],
  )
  t.equal(structuredOf(answerDescribe({ names: ['b'] }, caller)).later?.toString(), '')
})

t.test('bad arguments', async t => {
  for (const args of [{ limit: 0 }, { tier: 'x' }, { query: {} }, { other: 1 }]) {
    t.throws(() => answerSearch(args, behind(TOOLS)), { code: 'invalid_arguments' }, JSON.stringify(args))
  }
  for (const args of [{}, { names: [] }, { names: [{}] }, { names: {} }, { name: 'list_things' }]) {
    t.throws(() => answerDescribe(args, behind(TOOLS)), { code: 'invalid_arguments' }, JSON.stringify(args))
  }
})

t.test('arguments in which only one thing can be meant', async t => {
  for (const args of [{ limit: '2' }, { tier: '', resource: null }, { query: null }]) {
    t.match(structuredOf(answerSearch(args, behind(TOOLS))), { total: 2 }, JSON.stringify(args))
  }
  for (const args of [{ names: 'list_things' }, { names: '["list_things"]' }]) {
    const { tools } = structuredOf(answerDescribe(args, behind(TOOLS)))
    t.match(tools, [{ name: 'list_things' }], JSON.stringify(args))
  }
})

t.test('definitions are written for the client that asks', async t => {
  const tool = {
    ...fakeTool('a'),
    definitionFor: (profile: string) => JSON.stringify({ name: 'a', description: `for ${profile}` }),
  }
  const result = answerDescribe({ names: ['a'] }, { ...behind([tool]), profile: 'gemini' })
  t.match(structuredOf(result).tools, [{ name: 'a', description: 'for gemini' }])
})
