import fc from 'fast-check'
import t from 'tap'
import type { ArgumentLocation, ArgumentSource } from '../../../src/catalogue/arguments/argument.ts'
import { nameArguments } from '../../../src/catalogue/arguments/name-arguments.ts'

const source = (location: ArgumentLocation, wire: string): ArgumentSource => ({
  location,
  wire,
  required: false,
  schemas: [],
  notes: {},
  plan: undefined,
})
const names = (...sources: [ArgumentLocation, string][]) =>
  nameArguments(sources.map(([location, wire]) => source(location, wire))).map(({ argument }) => argument)

t.test('legal names are kept, others get a readable alias', async t => {
  t.strictSame(
    names(
      ['query', 'page'],
      ['query', 'StartTime<'],
      ['query', 'StartTime>'],
      ['query', 'include[]'],
      ['query', 'filter[a]'],
    ),
    ['page', 'StartTime_lt', 'StartTime_gt', 'include', 'filter_a'],
  )
  t.match(names(['query', '日本'])[0], /^argument_[0-9a-f]{6}$/)
  t.match(names(['query', 'x'.repeat(100)])[0], /^x+_[0-9a-f]{6}$/)
})

t.test('one name in two places: the later gets its location, nothing is dropped', async t => {
  t.strictSame(names(['path', 'id'], ['query', 'id'], ['header', 'id'], ['body', 'id']), [
    'id',
    'id_query',
    'id_header',
    'id_body',
  ])
  t.strictSame(names(['path', 'id'], ['body', 'id'], ['body', 'id_body']), ['id', 'id_body_2', 'id_body'])
  t.strictSame(names(['query', 'ids[]'], ['query', 'ids']), ['ids_query', 'ids'])
})

t.test('names that are dangerous as keys get an alias', async t => {
  t.strictSame(names(['query', '__proto__'], ['query', 'constructor'], ['query', 'prototype']), [
    'proto',
    'constructor_',
    'prototype_',
  ])
})

t.test('whatever the names, the aliases are legal, unique and as many', async () => {
  const location = fc.constantFrom<ArgumentLocation>('path', 'query', 'header', 'body')
  const wire = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'id',
      'id_body',
      'id_query',
      'id[]',
      'id_body_2',
      '__proto__',
      'constructor',
      'a'.repeat(64),
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(location, wire), { maxLength: 20 }), sources => {
      const all = names(...sources)
      return (
        all.length === sources.length &&
        new Set(all).size === all.length &&
        all.every(name => /^[A-Za-z0-9_.-]{1,64}$/.test(name) && name !== '__proto__')
      )
    }),
    { numRuns: 1_000 },
  )
})
