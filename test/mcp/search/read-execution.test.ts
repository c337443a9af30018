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

t.test('members that a prototype has are no arguments', async t => {
  const { args } = readExecution({ name: 'a', arguments: '{"__proto__":{"x":1}}' })
  t.ok(Object.hasOwn(args, '__proto__'))
  t.equal(Object.getPrototypeOf(args), Object.prototype)
})
