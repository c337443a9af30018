import t from 'tap'
import { readTextTemplate } from '../../../src/config/text-template.ts'
import { type ErrorCode, PosternError } from '../../../src/errors.ts'
import { askTool } from '../../../src/mcp/completion/ask-tool.ts'
import type { ValueSource } from '../../../src/mcp/prompts/prompt.ts'
import type { ToolResult } from '../../../src/mcp/tool-result.ts'
import { CALLER, fakeDoor } from '../fake-door.ts'
import { contextOf, prepareDoor } from '../prepare-door.ts'

const COMPLETION = { argument: 'id', value: 'in', others: new Map([['year', '2026']]) }

async function ask(
  answer: Partial<ToolResult> | Error,
  source: Partial<ValueSource> = {},
  completion = COMPLETION,
) {
  const door = fakeDoor({
    callTool: async call => {
      door.calls.push(call)
      if (answer instanceof Error) throw answer
      return { content: [], structured: undefined, isError: false, ...answer }
    },
  })
  const all: ValueSource = {
    tool: 'list_invoices',
    arguments: new Map(),
    items: parsed => (parsed as { ids?: unknown }).ids,
    ...source,
  }
  return { values: await askTool(all, completion, contextOf(), prepareDoor(door)), calls: door.calls }
}

const structured = (value: unknown) => ({ structured: JSON.stringify(value) })

t.test('the tool is called as the caller, for this purpose and on record as such', async t => {
  const { values, calls } = await ask(structured({ ids: ['a', 7] }))
  t.same(values, ['a', '7'])
  t.match(calls, [
    { name: 'list_invoices', purpose: 'completion', via: 'completion/complete', requestId: 'req_1' },
  ])
  t.equal(calls[0]?.caller, CALLER)
})

t.test('it is given what is known, and what is not is left out', async t => {
  const source = {
    arguments: new Map<string, ReturnType<typeof readTextTemplate> | number | boolean>([
      ['q', readTextTemplate('{{id}}*')],
      ['year', readTextTemplate('{{year}}')],
      ['customer', readTextTemplate('c-{{customer}}')],
      ['limit', 50],
      ['open', true],
    ]),
  }
  const { calls } = await ask(structured({ ids: [] }), source)
  t.same(calls[0]?.arguments, { q: 'in*', year: '2026', limit: 50, open: true })
  const untyped = await ask(structured({ ids: [] }), source, { ...COMPLETION, value: '' })
  t.same(untyped.calls[0]?.arguments, { year: '2026', limit: 50, open: true })
})

t.test('only short texts and numbers are values', async t => {
  const odd = { ids: ['ok', '', null, { a: 1 }, ['x'], true, 'x'.repeat(1_001), 1.5] }
  t.same((await ask(structured(odd))).values, ['ok', '1.5'])
  t.same((await ask(structured({ ids: 'one' }))).values, ['one'])
  t.same((await ask(structured({}))).values, [])
  t.equal((await ask(structured({ ids: Array.from({ length: 10_001 }, (_, i) => i) }))).values.length, 10_000)
})

t.test('an answer in which nothing can be found has no values', async t => {
  t.same((await ask({ content: [{ type: 'text', text: '{"ids":["a"]}' }] })).values, ['a'])
  t.same((await ask({ content: [{ type: 'text', text: 'no JSON' }] })).values, [])
  t.same((await ask({})).values, [])
  t.same((await ask({ ...structured({ ids: ['a'] }), isError: true })).values, [])
  const broken = () => {
    throw new Error('not evaluated')
  }
  t.same((await ask(structured({ ids: ['a'] }), { items: broken })).values, [])
})

t.test('who may not call it has no values; what is wrong right now is said', async t => {
  for (const code of ['insufficient_scope', 'access_denied', 'unknown_tool'] satisfies ErrorCode[]) {
    t.same((await ask(new PosternError(code))).values, [], code)
  }
  for (const code of ['rate_limited', 'store_unavailable'] satisfies ErrorCode[]) {
    await t.rejects(ask(new PosternError(code)), { code })
  }
  await t.rejects(ask(new TypeError('a mistake')), TypeError)
})
