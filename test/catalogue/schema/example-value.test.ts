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
  t.strictSame(exampleValue({ type: 'array', items: { $ref: '#/$defs/A' } }, 0, resolve), ['x'])
  const parts = [{ properties: { a: { type: 'integer' } } }, { type: 'object', required: ['a'] }]
  t.strictSame(exampleValue({ allOf: parts }), { a: 1 })
  t.equal(exampleValue({ type: 'object', required: ['a'], properties: {} }), undefined)
})
