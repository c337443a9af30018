import t from 'tap'
import { MOST_VALUES, matchingValues } from '../../../src/mcp/completion/matching-values.ts'

t.test('what starts so comes first, case does not count, and none comes twice', async t => {
  t.strictSame(matchingValues(['banana', 'Apple', 'grape', 'apple', 'Apple'], 'AP'), {
    values: ['Apple', 'apple', 'grape'],
    total: 3,
  })
  t.strictSame(matchingValues(['a', 'b'], ''), { values: ['a', 'b'], total: 2 })
  t.strictSame(matchingValues(['a'], 'zz'), { values: [], total: 0 })
})

t.test('at most a hundred are sent, and how many there are is told', async t => {
  const many = Array.from({ length: 250 }, (_, index) => `v${index}`)
  const { values, total } = matchingValues(many, 'v')
  t.equal(values.length, MOST_VALUES)
  t.equal(total, 250)
})
