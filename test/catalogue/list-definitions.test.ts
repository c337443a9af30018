import t from 'tap'
import { definitionText, listDefinitions } from '../../src/catalogue/list-definitions.ts'
import type { Profile } from '../../src/catalogue/profiles/client-limits.ts'
import type { Tool } from '../../src/catalogue/tool.ts'
import { makeTool } from '../policy/make-tool.ts'

interface Counted {
  readonly tool: Tool
  readonly count: () => number
}

/** A tool that counts how often its definition is made. */
function counted(name: string, description = 'Größe in €'): Counted {
  let count = 0
  const definitionFor = (profile: Profile): string => {
    count += 1
    return JSON.stringify({ name, profile, description })
  }
  return { tool: { ...makeTool(name, 'read:invoices'), definitionFor }, count: () => count }
}

function parse(list: Buffer): { name: string; profile: string; description: string }[] {
  return JSON.parse(list.toString())
}

t.test('writes the definitions of tools as one JSON array, in their order', async t => {
  const tools = ['b', 'a', 'c'].map(name => counted(name).tool)
  const list = listDefinitions(tools, 'openai')
  t.strictSame(
    parse(list),
    ['b', 'a', 'c'].map(name => ({ name, profile: 'openai', description: 'Größe in €' })),
  )
  t.equal(list.toString(), `[${tools.map(tool => tool.definitionFor?.('openai')).join(',')}]`)
  t.equal(listDefinitions([], 'default').toString(), '[]')
  t.equal(listDefinitions(tools.slice(0, 1), 'default').at(-1), ']'.charCodeAt(0))
})

t.test('makes a definition once for each kind of client, whatever lists it is in', async t => {
  const all = ['a', 'b', 'c', 'd'].map(name => counted(name, `${name}…`.repeat(50)))
  const tools = all.map(({ tool }) => tool)
  const some = listDefinitions(tools.slice(0, 1), 'default')
  const whole = listDefinitions(tools, 'default')
  t.strictSame(
    parse(whole).map(({ description }) => description),
    ['a', 'b', 'c', 'd'].map(name => `${name}…`.repeat(50)),
  )
  t.strictSame(listDefinitions(tools, 'default'), whole)
  t.strictSame(listDefinitions(tools.slice(0, 1), 'default'), some)
  t.equal(definitionText(tools[2] as Tool, 'default'), JSON.stringify(parse(whole)[2]))
  t.strictSame(
    all.map(({ count }) => count()),
    [1, 1, 1, 1],
  )
  listDefinitions(tools, 'claude')
  t.strictSame(
    all.map(({ count }) => count()),
    [2, 2, 2, 2],
  )
})

t.test('a tool that is asked for alone is made once too, and is the same in a list', async t => {
  const one = counted('a')
  const text = definitionText(one.tool, 'default')
  t.equal(definitionText(one.tool, 'default'), text)
  t.equal(listDefinitions([one.tool], 'default').toString(), `[${text}]`)
  t.equal(one.count(), 1)
})

t.test('a definition that is kept apart from the list that it was first in is the same', async t => {
  const long = counted('long', 'x'.repeat(10_000))
  const short = counted('short', 'y'.repeat(5_000))
  listDefinitions([long.tool], 'default')
  listDefinitions([long.tool, short.tool], 'default')
  const again = listDefinitions([short.tool, long.tool], 'default')
  t.strictSame(
    parse(again).map(({ name }) => name),
    ['short', 'long'],
  )
})
