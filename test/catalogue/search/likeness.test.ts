import t from 'tap'
import { likeness } from '../../../src/catalogue/search/likeness.ts'
import { searchTerms } from '../../../src/catalogue/search/search-terms.ts'
import { makeTool } from '../../policy/make-tool.ts'

const query = (text: string, related: readonly string[] = []) =>
  searchTerms(text).map(term => ({ term, related }))
const titled = (title: string | undefined, name = 'x') => ({ ...makeTool(name, 'read:x'), title })

t.test('the same words are wholly alike, others not at all', async t => {
  t.equal(likeness(query('list pull requests'), titled('List pull requests')), 1)
  t.equal(likeness(query('list pull requests'), titled('Delete a gist')), 0)
  t.equal(likeness(query('delete gists'), titled(undefined, 'delete_gist')), 1)
})

t.test('what either has more takes away, related words count in part', async t => {
  const exact = likeness(query('list pull requests'), titled('List pull requests'))
  const longer = likeness(query('list pull requests'), titled('List commits on a pull request'))
  const related = likeness(query('remove gist', ['delet']), titled('Delete a gist'))
  t.ok(longer < exact && longer > 0)
  t.ok(related < 1 && related > likeness(query('remove gist'), titled('Delete a gist')))
})

t.test('a title of nothing but stop words is like nothing', async t => {
  t.equal(likeness(query('list'), titled('The')), 0)
  t.equal(likeness([], titled(undefined, '')), 0)
})
