import t from 'tap'
import { readExecution } from '../../../src/mcp/search/read-execution.ts'

t.test('a name and the tool’s own arguments', async t => {
  t.same(readExecution({ name: 'a', arguments: { x: 1 } }), { name: 'a', args: { x: 1 } })
  t.same(readExecution({ name: 'a' }), { name: 'a', args: {} })
  t.same(readExecution({ name: 'a', arguments: '{"x":{"y":[1]}}' }), { name: 'a', args: { x: { y: [1] } } })
})

t.test('anything else says what is wrong, and shows no value', async t => {
  const paths = (given: Record<string, unknown>): readonly string[] => {
    try {
      readExecution(given)
      return []
    } catch (error) {
      t.notMatch(JSON.stringify(error), 'SECRET')
      const { data } = error as { data: { problems: { path: string }[] } }
      return data.problems.map(({ path }) => path)
    }
  }
  t.same(paths({}), ['/name'])
  t.same(paths({ name: '' }), ['/name'])
  t.same(paths({ name: ['SECRET'] }), ['/name'])
  t.same(paths({ name: 'a', arguments: null }), ['/arguments'])
  t.same(paths({ name: 'a', arguments: 'SECRET' }), ['/arguments'])
  t.same(paths({ name: 'a', arguments: '["SECRET"]' }), ['/arguments'])
  t.same(paths({ name: 'a', owner: 'SECRET' }), [''])
  t.same(paths({ arguments: 7, owner: 'SECRET' }), ['/name', '/arguments', ''])
})

t.test('arguments given as text are held to the bounds of a message', async t => {
  const deep = `{"arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  for (const text of [deep, '{"__proto__":{"x":1}}', '{"x":{"__proto__":1}}', '{"x":"\ud800"}']) {
    t.throws(() => readExecution({ name: 'a', arguments: text }), { code: 'invalid_arguments' })
  }
})
