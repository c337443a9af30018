import t from 'tap'
import { createCheckCompiler } from '../../../src/catalogue/arguments/compile-check.ts'
import { DEFINITION_BASE } from '../../../src/catalogue/schema/convert-schema.ts'

/** Definitions of which each is twice the next. */
function doubling(levels: number) {
  const names = Array.from({ length: levels }, (_, level) => `A${level}`)
  const $defs = Object.fromEntries(
    names.map((name, level) => {
      const next = { $ref: `${DEFINITION_BASE}A${level + 1}` }
      return [name, { allOf: [next, next] }]
    }),
  )
  const properties = { x: { $ref: `${DEFINITION_BASE}A0` } }
  return { type: 'object', properties, $defs: { ...$defs, [`A${levels}`]: { type: 'object' } } }
}

t.test(
  'a schema that repeats itself beyond measure ends at the deadline, however small the value',
  async t => {
    const check = createCheckCompiler()(() => doubling(40))
    t.equal(check({ x: {} }), 'too-slow')
  },
)

t.test('one that repeats itself a little is checked', async t => {
  const check = createCheckCompiler()(() => doubling(5))
  t.same(check({ x: {} }), [])
  t.ok(check({ x: 1 }).length > 0)
})
