import t from 'tap'
import { relatedTerms } from '../../../src/catalogue/search/related-terms.ts'
import { searchTerms } from '../../../src/catalogue/search/search-terms.ts'

t.test('words that documents use for the same thing, both ways', async t => {
  for (const [one, other] of [
    ['remove', 'delete'],
    ['add', 'create'],
    ['my', 'authenticated'],
  ] as const) {
    const [a = ''] = searchTerms(one)
    const [b = ''] = searchTerms(other)
    t.ok(relatedTerms(a).includes(b) && relatedTerms(b).includes(a), `${one}, ${other}`)
  }
})

t.test('most words have none, and none is its own', async t => {
  t.same(relatedTerms('invoic'), [])
  t.same(relatedTerms('__proto__'), [])
  t.notOk(relatedTerms('delet').includes('delet'))
})
