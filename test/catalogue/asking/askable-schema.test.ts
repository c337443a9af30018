import t from 'tap'
import { askableSchema } from '../../../src/catalogue/asking/askable-schema.ts'
import { createResolver } from '../../../src/catalogue/document/resolve-reference.ts'

const COMPONENTS = {
  Color: { type: 'string', enum: ['red', 'blue'], description: 'A colour' },
  Loop: { $ref: '#/components/Loop' },
}
const resolve = createResolver({ components: COMPONENTS }, new Map())
const written = (schema: unknown, notes = {}) => {
  const askable = askableSchema(schema, notes, resolve)
  return 'schema' in askable ? askable.schema : askable.problem
}

t.test('texts, numbers, yes or no, with what forms know of them', async t => {
  t.strictSame(
    written({ type: 'string', minLength: 1, maxLength: 9, format: 'email', pattern: '^x', default: 'a@b.c' }),
    {
      type: 'string',
      format: 'email',
      minLength: 1,
      maxLength: 9,
      default: 'a@b.c',
    },
  )
  t.strictSame(written({ type: 'string', format: 'uuid' }), { type: 'string' })
  for (const format of ['uri', 'date', 'date-time']) t.match(written({ type: 'string', format }), { format })
  t.strictSame(written({ type: ['integer', 'null'], minimum: 1, maximum: 5, multipleOf: 2, default: 1.5 }), {
    type: 'integer',
    minimum: 1,
    maximum: 5,
  })
  t.strictSame(written({ type: 'number', default: 2.5 }), { type: 'number', default: 2.5 })
  t.strictSame(written({ type: 'boolean', default: false }), { type: 'boolean', default: false })
})

t.test('what it is called and what it is for', async t => {
  t.strictSame(
    written(
      { type: 'string', title: 'Name', description: 'Of the <b>schema</b>' },
      { description: 'The parameter’s' },
    ),
    {
      type: 'string',
      title: 'Name',
      description: 'The parameter’s',
    },
  )
})

t.test('choices, with titles or without, of one or several', async t => {
  const titled = [{ const: 'r', title: 'Red' }, { const: 'b' }]
  const shown = [
    { const: 'r', title: 'Red' },
    { const: 'b', title: 'b' },
  ]
  t.strictSame(written({ enum: ['a', 'b', null], default: 'b' }), {
    type: 'string',
    enum: ['a', 'b'],
    default: 'b',
  })
  t.strictSame(written({ const: 'a' }), { type: 'string', enum: ['a'] })
  t.strictSame(written({ type: 'string', oneOf: titled, default: 'x' }), { type: 'string', oneOf: shown })
  t.strictSame(written({ enum: ['a', 'b'], enumNames: ['A', 'B'] }), {
    type: 'string',
    enum: ['a', 'b'],
    enumNames: ['A', 'B'],
  })
  t.strictSame(written({ enum: ['a', 'b'], enumNames: ['A'] }), { type: 'string', enum: ['a', 'b'] })
  t.strictSame(
    written({ type: 'array', minItems: 1, items: { $ref: '#/components/Color' }, default: ['red'] }),
    {
      type: 'array',
      minItems: 1,
      items: { type: 'string', enum: ['red', 'blue'] },
      default: ['red'],
    },
  )
  t.strictSame(written({ type: 'array', items: { anyOf: titled }, default: ['x'] }), {
    type: 'array',
    items: { anyOf: shown },
  })
})

t.test('references are followed, and what stands beside them wins', async t => {
  t.strictSame(written({ $ref: '#/components/Color', default: 'blue' }), {
    type: 'string',
    description: 'A colour',
    enum: ['red', 'blue'],
    default: 'blue',
  })
  t.match(written({ allOf: [{ $ref: '#/components/Color' }], description: 'Mine' }), { description: 'Mine' })
})

t.test('what no form can ask for', async t => {
  for (const schema of [
    ...[{ type: 'object', properties: {} }, { type: 'array', items: { type: 'string' } }, { type: 'array' }],
    ...[
      { type: ['string', 'integer'] },
      {},
      { type: 'string', format: 'binary' },
      { type: 'string', format: 'password' },
    ],
    ...[
      { type: 'integer', enum: [], anyOf: [{ minimum: 1 }] },
      { enum: [1, 'a'] },
      { type: 'string', enum: [1] },
    ],
    ...[
      { allOf: [{ type: 'string' }, { minLength: 1 }] },
      { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    ],
  ]) {
    t.match(written(schema), /^forms take a text/, JSON.stringify(schema))
  }
  for (const schema of [true, null, 'string', { $ref: '#/components/Loop' }, { $ref: '#/nowhere' }]) {
    t.equal(written(schema), 'its schema can’t be read')
  }
})
