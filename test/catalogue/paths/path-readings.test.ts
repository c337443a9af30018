import t from 'tap'
import { foldPath, readingsOf } from '../../../src/catalogue/paths/path-readings.ts'

t.test('a path folds to what lenient backends compare', async t => {
  t.equal(foldPath('/A/Ｅxport'), '/a/export')
})

t.test('a plain path has one reading, an odd one also that without what is cut off', async t => {
  t.strictSame(readingsOf('/a/B.pdf'), ['/a/b.pdf'])
  t.strictSame(readingsOf('/a/Export;v=1/ x '), ['/a/export;v=1/ x ', '/a/export/x'])
})
