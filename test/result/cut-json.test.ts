import fc from 'fast-check'
import t from 'tap'
import { cutJson } from '../../src/result/cut-json.ts'

t.test('a text that fits comes out as it is', async t => {
  const text = '{"a":[1, 2],"big":12345678901234567890,"__proto__":{}}'
  t.same(cutJson(text, text.length), { text, cuts: [] })
})

t.test('a list loses items at its end, and its neighbours stay', async t => {
  const items = Array.from({ length: 340 }, (_, id) => ({ id, name: `item number ${id}` }))
  const { text, cuts } = cutJson(JSON.stringify({ object: 'list', items, has_more: true, total: 340 }), 2_000)
  const cut = JSON.parse(text)
  t.ok(text.length <= 2_000 && text.length > 1_900, `${text.length} characters`)
  t.same(cut.items, items.slice(0, cut.items.length))
  t.match(cut, { object: 'list', has_more: true, total: 340 })
  t.same(cuts, [{ path: ['items'], unit: 'items', kept: cut.items.length, total: 340 }])
})

t.test('a list at the root, with spaces as other languages write them', async t => {
  const source = `[${Array.from({ length: 50 }, (_, id) => `{"id": ${id}, "tags": ["a", "b"]}`).join(', ')}]`
  const { text, cuts } = cutJson(source, 200)
  const kept = JSON.parse(text)
  t.same(kept[0], { id: 0, tags: ['a', 'b'] })
  t.same(cuts, [{ path: [], unit: 'items', kept: kept.length, total: 50 }])
})

t.test('one huge item among small ones is cut and does not take the others with it', async t => {
  const source = JSON.stringify([{ id: 1 }, { id: 2, log: 'x'.repeat(50_000) }, { id: 3 }, { id: 4 }])
  const { text } = cutJson(source, 1_000)
  const kept = JSON.parse(text)
  t.same(
    kept.map((item: { id: number }) => item.id),
    [1, 2, 3, 4],
  )
  t.match(kept[1].log, /^x{100,}…$/)
})

t.test('large members share the room, small ones stay whole', async t => {
  const source = JSON.stringify({ a: 'x'.repeat(9_000), b: [1, 2, 3], c: 'y'.repeat(9_000), d: 'short' })
  const { text, cuts } = cutJson(source, 1_000)
  const cut = JSON.parse(text)
  t.same([cut.b, cut.d], [[1, 2, 3], 'short'])
  t.ok(Math.abs(cut.a.length - cut.c.length) < 2 && cut.a.length > 400)
  t.same(
    cuts.map(({ path, unit, total }) => [path.join('.'), unit, total]),
    [
      ['a', 'characters', 9_000],
      ['c', 'characters', 9_000],
    ],
  )
})

t.test('a string never ends in half an escape or half a character', async t => {
  for (const piece of ['\\u00e4', '\\ud83d\\ude00', '😀', '\\n', '\\\\', '\\"', 'ä']) {
    const source = `"${piece.repeat(100)}"`
    for (let limit = 10; limit < 60; limit++) {
      const { text } = cutJson(source, limit)
      const value: string = JSON.parse(text)
      t.ok(value.isWellFormed() && text.length <= limit, `${piece} at ${limit}: ${text}`)
      t.ok(JSON.parse(source).startsWith(value.slice(0, -1)))
    }
  }
})

t.test('objects with more members than there is room for lose some, and say so', async t => {
  const source = JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key_${i}`, i])))
  const { text, cuts } = cutJson(source, 1_000)
  t.ok(text.length <= 1_000)
  t.same(cuts, [{ path: [], unit: 'members', kept: Object.keys(JSON.parse(text)).length, total: 10_000 }])
})

t.test('numbers and keys are the very same', async t => {
  const source = `{"__proto__":{"x":1},"n":12345678901234567890,"e":1e400,"a\\u0062":1,"l":[${'"pad",'.repeat(100)}0]}`
  const { text } = cutJson(source, 200)
  t.ok(text.startsWith('{"__proto__":{"x":1},"n":12345678901234567890,"e":1e400,"a\\u0062":1,"l":["pad",'))
  t.ok(JSON.parse(text).l.length > 10)
})

t.test('hostile answers: deep, wide, long, at ten megabytes', async t => {
  const deep = 100_000
  const sources = {
    lists: '['.repeat(deep) + ']'.repeat(deep),
    objects: `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    'deep and wide': `${'[0,'.repeat(deep)}0${']'.repeat(deep)}`,
    'empty lists': `[${'[],'.repeat(3_000_000)}[]]`,
    'long string': `"${'x'.repeat(10_000_000)}"`,
    backslashes: `"${'\\\\'.repeat(5_000_000)}"`,
    'long number': '1'.repeat(10_000_000),
    'long key': `{"${'k'.repeat(10_000_000)}":1,"a":2}`,
    'many strings': `[${`"${'s'.repeat(900)}",`.repeat(10_000)}1]`,
    'many keys': `{${Array.from({ length: 600_000 }, (_, i) => `"${i}":[1,2,3]`).join(',')}}`,
  }
  for (const [name, source] of Object.entries(sources)) {
    const start = performance.now()
    const { text } = cutJson(source, 100_000)
    const milliseconds = performance.now() - start
    t.ok(text.length <= 100_000, `${name}: ${text.length} characters`)
    t.doesNotThrow(() => JSON.parse(text), name)
    t.ok(milliseconds < 5_000, `${name}: ${Math.round(milliseconds)} ms`)
  }
})

t.test('any JSON cut to any length is JSON of the same shape', async () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 80, max: 400 }), (source, limit) => {
      const { text, cuts } = cutJson(source, limit)
      const [before, after]: unknown[] = [JSON.parse(source), JSON.parse(text)]
      if (source.length <= limit) return text === source
      return cuts.length > 0 && isCutOf(before, after)
    }),
    { numRuns: 2_000 },
  )
})

function isCutOf(before: unknown, after: unknown): boolean {
  if (typeof before === 'string' && typeof after === 'string') {
    return before === after || (after.endsWith('…') && before.startsWith(after.slice(0, -1)))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return after.length <= before.length && after.every((item, index) => isCutOf(before[index], item))
  }
  if (typeof before === 'object' && typeof after === 'object' && before !== null && after !== null) {
    return Object.entries(after).every(([key, value]) => isCutOf(Reflect.get(before, key), value))
  }
  return Object.is(before, after)
}
