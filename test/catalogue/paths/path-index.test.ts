import t from 'tap'
import { parsePath } from '../../../src/catalogue/paths/parse-path.ts'
import { createPathIndex } from '../../../src/catalogue/paths/path-index.ts'

const index = createPathIndex<string>()
for (const template of [
  '/a',
  '/a/{x}',
  '/a/b',
  '/a/{x}.{y}',
  '/a/v{x}-{y}',
  '/a/{x}/c',
  '/a/b/{y}/d',
  '/{z}',
]) {
  index.add(parsePath(template), template)
}
const find = (path: string) => index.find(path.slice(1).split('/'))

t.test('literals first, then segments with text, then plain parameters', async t => {
  t.match(find('/a/b'), { kind: 'found', values: ['/a/b'] })
  t.strictSame(find('/a/v1-2-3'), { kind: 'found', values: ['/a/v{x}-{y}'], captured: ['1', '2-3'] })
  t.strictSame(find('/a/x.y.z'), { kind: 'found', values: ['/a/{x}.{y}'], captured: ['x', 'y.z'] })
  t.strictSame(find('/a/q'), { kind: 'found', values: ['/a/{x}'], captured: ['q'] })
  t.strictSame(
    find('/a/b/c'),
    { kind: 'found', values: ['/a/{x}/c'], captured: ['b'] },
    'a literal that leads nowhere is left again',
  )
})

t.test('parameters are never empty', async t => {
  t.match(find('/a/.y'), { values: ['/a/{x}'] })
  t.match(find('/a/'), { kind: 'none' })
  t.match(find('/'), { kind: 'none' })
})

t.test('another case of a literal is ambiguous', async t => {
  t.match(find('/A'), { kind: 'ambiguous' })
  t.match(find('/a/B'), { kind: 'ambiguous' })
})

t.test('long segments take linear time', async t => {
  const many = createPathIndex<string>()
  many.add(parsePath('/{a}-{b}-{c}-{d}-{e}-x'), 'x')
  const start = performance.now()
  t.match(many.find(['-'.repeat(1_000_000)]), { kind: 'none' })
  t.ok(performance.now() - start < 1_000)
})
