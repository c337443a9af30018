import t from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { ToolLists } from '../../src/mcp/tool-list.ts'
import { fakeTool, PRINCIPAL } from './fake-door.ts'

const principal = (subject: string): Principal => ({ ...PRINCIPAL, subject })
const names = (bytes: Buffer) => JSON.parse(bytes.toString()).map((tool: { name: string }) => tool.name)

t.test('callers with the same tools share the bytes', async t => {
  let asked = 0
  const lists = new ToolLists(({ subject }) => {
    asked += 1
    return subject === 'guest' ? [fakeTool('a')] : [fakeTool('a'), fakeTool('b')]
  })
  const ada = principal('ada')
  const bytes = lists.bytesFor(ada)
  t.strictSame(names(bytes), ['a', 'b'])
  t.equal(lists.bytesFor(ada), bytes)
  t.equal(asked, 1, 'the policy is asked once per principal')
  t.equal(lists.bytesFor(principal('bob')), bytes)
  t.strictSame(names(lists.bytesFor(principal('guest'))), ['a'])
  t.strictSame(names(lists.bytesFor(ada)), ['a', 'b'])
})

t.test('a caller without tools gets an empty list', async t => {
  t.equal(new ToolLists(() => []).bytesFor(PRINCIPAL).toString(), '[]')
})

t.test('a change is seen at once', async t => {
  let tools = [fakeTool('a')]
  const lists = new ToolLists(() => tools)
  lists.bytesFor(PRINCIPAL)
  tools = [fakeTool('b')]
  t.strictSame(names(lists.bytesFor(PRINCIPAL)), ['a'])
  lists.forget()
  t.strictSame(names(lists.bytesFor(PRINCIPAL)), ['b'])
})

t.test('the bytes kept are bounded, the list used longest ago goes first', async t => {
  const one = Buffer.byteLength(`[${fakeTool('x').definition}]`)
  const lists = new ToolLists(({ subject }) => [fakeTool(subject)], 2 * one)
  const [x, y, z] = ['x', 'y', 'z'].map(principal)
  if (!x || !y || !z) throw new Error('unreachable')
  const first = lists.bytesFor(x)
  const second = lists.bytesFor(y)
  t.equal(lists.bytesFor(x), first)
  lists.bytesFor(z)
  t.equal(lists.bytesFor(x), first, 'used last, so kept')
  t.not(lists.bytesFor(y), second, 'made anew')
  t.strictSame(names(lists.bytesFor(y)), ['y'])
  t.strictSame(names(new ToolLists(() => [fakeTool('big')], 1).bytesFor(x)), ['big'])
})
