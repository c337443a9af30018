import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import { exampleValue } from '../../../src/catalogue/schema/example-value.ts'

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)

t.test('what is made fits the schema', async t => {
  for (const schema of [
    { type: 'integer', minimum: 5 },
    { type: 'number', exclusiveMinimum: 0 },
    { type: 'integer', maximum: -3 },
    { type: 'number', exclusiveMaximum: 0 },
    { type: 'string', minLength: 10 },
    { type: 'string', maxLength: 2 },
    { type: ['string', 'null'], format: 'date-time' },
    { type: 'string', format: 'uuid' },
    { type: 'array', items: { type: 'string', format: 'email' } },
    { type: 'integer', minimum: 0.5 },
    { type: 'integer', exclusiveMinimum: 2, multipleOf: 5 },
    { type: 'number', maximum: -3, multipleOf: 2 },
    { type: 'number', exclusiveMinimum: -1, exclusiveMaximum: 1 },
    { type: 'integer', minimum: 3, maximum: 7, multipleOf: 4 },
    { type: 'array', minItems: 2, items: { type: 'integer' } },
    { type: 'array', maxItems: 0, items: { type: 'integer' } },
    { type: 'object', minProperties: 1, properties: { a: { type: 'integer' }, b: { type: 'integer' } } },
    { type: 'object', required: ['a'], properties: { a: { enum: ['x'] }, b: { type: 'integer' } } },
    { oneOf: [{ type: 'boolean' }] },
  ]) {
    t.ok(ajv.validate(schema, exampleValue(schema)), JSON.stringify(schema))
  }
})

t.test('the document’s own example comes first; where none can be made there is none', async t => {
  t.equal(exampleValue({ type: 'string', examples: ['mine'] }), 'mine')
  t.equal(exampleValue({ type: 'string', pattern: '^(?=x)x' }), undefined)
  t.equal(exampleValue({ type: 'string', pattern: '^x', minLength: 3 }), undefined)
  t.equal(exampleValue({ type: 'string', pattern: '^AC[0-9a-f]{3}$' }), 'AC111')
  t.equal(exampleValue({ $ref: '#/$defs/A' }), undefined)
  const resolve = (reference: string) => (reference === '#/$defs/A' ? { type: 'string', enum: ['x'] } : {})
  t.strictSame(exampleValue({ type: 'array', items: { $ref: '#/$defs/A' } }, { resolve }), ['x'])
  const parts = [{ properties: { a: { type: 'integer' } } }, { type: 'object', required: ['a'] }]
  t.strictSame(exampleValue({ allOf: parts }), { a: 1 })
  t.equal(exampleValue({ type: 'object', required: ['a'], properties: {} }), undefined)
})

t.test('every format has a text that is of it, or none: never just any text', async t => {
  for (const [format, definition] of Object.entries(ajv.formats)) {
    const type = typeof definition === 'object' && 'type' in definition ? definition.type : 'string'
    const schema = { type, format }
    t.ok(ajv.validate(schema, exampleValue(schema)), `${format}: ${exampleValue(schema)}`)
  }
  t.equal(exampleValue({ type: 'string', format: 'phone-number' }), undefined, 'what it is like is unknown')
  t.equal(exampleValue({ type: 'string', format: 'constructor' }), undefined)
  t.equal(exampleValue({ type: 'string', format: 'uuid', maxLength: 8 }), undefined, 'none that short is one')
  t.equal(exampleValue({ type: 'string', format: 'password' }), 'text')
})

t.test('bounds that nothing simple satisfies have no example', async t => {
  for (const schema of [
    { type: 'integer', minimum: 3, maximum: 3, multipleOf: 5 },
    { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: 'array', minItems: 2, uniqueItems: true, items: { type: 'integer' } },
    { type: 'array', minItems: 1_000_000, items: { type: 'integer' } },
    { type: 'object', minProperties: 1, properties: {} },
  ]) {
    t.equal(exampleValue(schema), undefined, JSON.stringify(schema))
  }
})
