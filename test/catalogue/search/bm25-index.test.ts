import t from 'tap'
import { B, Bm25Index, type Field, K1, RELATED_WEIGHT } from '../../../src/catalogue/search/bm25-index.ts'

/** A document of one field of weight 1 whose usual length is 2. */
const document = (text: string, weight = 1): readonly Field[] => [
  { terms: text.split(' '), weight, usualLength: 2 },
]
const term = (word: string, related: readonly string[] = []) => ({ term: word, related })

function scores(index: Bm25Index, words: readonly string[], positions: readonly number[]) {
  return index.search(
    words.map(word => term(word)),
    index.choose(positions),
  )
}

t.test('the formula, worked out by hand', async t => {
  const index = new Bm25Index([document('cat dog'), document('cat cat cat fish'), document('bird')])
  const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
  const score = (occurrences: number, length: number) => {
    const tf = occurrences / (1 - B + (B * length) / 2)
    return (idf * tf * (K1 + 1)) / (tf + K1)
  }
  const hits = scores(index, ['cat'], [0, 1, 2])
  t.same(
    hits.map(hit => hit.position),
    [0, 1],
  )
  t.ok(Math.abs((hits[0]?.score ?? 0) - score(1, 2)) < 1e-12)
  t.ok(Math.abs((hits[1]?.score ?? 0) - score(3, 4)) < 1e-12)
})

t.test('rare terms count for more, long fields for less, heavy fields for more', async t => {
  const index = new Bm25Index([document('a x'), document('a y'), document('a z'), document('b z')])
  const [first] = [...scores(index, ['a', 'x'], [0, 1, 2, 3])].sort((l, r) => r.score - l.score)
  t.equal(first?.position, 0)
  const lengths = new Bm25Index([document('a b c d e f g'), document('a')])
  const [long, short] = scores(lengths, ['a'], [0, 1])
  t.ok((short?.score ?? 0) > (long?.score ?? 0))
  const weights = new Bm25Index([document('a b', 1), document('a b', 3)])
  const [light, heavy] = scores(weights, ['a'], [0, 1])
  t.ok((heavy?.score ?? 0) > (light?.score ?? 0))
})

t.test('a related term finds as well, the term itself better', async t => {
  const index = new Bm25Index([document('delete label'), document('remove label'), document('add label')])
  const hits = index.search([term('remove', ['delete'])], index.choose([0, 1, 2]))
  t.same(
    hits.map(hit => hit.position),
    [0, 1],
  )
  t.ok((hits[1]?.score ?? 0) > (hits[0]?.score ?? 0))
  t.ok(RELATED_WEIGHT < 1)
})

t.test('what is not chosen is not found and changes no score', async t => {
  const few = new Bm25Index([document('cat dog'), document('cat')])
  const many = new Bm25Index([
    document('cat dog'),
    document('cat'),
    ...Array.from({ length: 50 }, () => document('cat cat dog horse')),
  ])
  t.same(scores(many, ['cat', 'dog'], [0, 1]), scores(few, ['cat', 'dog'], [0, 1]))
  t.same(scores(many, ['horse'], [0, 1]), [])
})

t.test('nothing chosen, nothing asked, nothing there', async t => {
  const index = new Bm25Index([document('cat')])
  t.same(scores(index, ['cat'], []), [])
  t.same(scores(index, [], [0]), [])
  t.same(scores(index, ['__proto__', 'constructor'], [0]), [])
  t.same(scores(new Bm25Index([]), ['cat'], []), [])
})
