import t from 'tap'
import { pathSchema } from '../../../src/catalogue/arguments/path-schema.ts'
import { createResolver } from '../../../src/catalogue/document/resolve-reference.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const schemas = { Ids: { type: 'array', items: { type: 'integer' } } }
const resolve = createResolver({ components: { schemas } })
const bounded = (schema: unknown) => pathSchema(schema, resolve)

t.test('lists and objects get a least size', async t => {
  t.same(bounded({ type: 'array', minItems: 0 }), { type: 'array', minItems: 1 })
  t.same(bounded({ type: 'object' }), { type: 'object', minProperties: 1 })
  t.same(bounded({ $ref: '#/components/schemas/Ids' }), { ...schemas.Ids, minItems: 1 })
})

t.test('what says it already, or can’t be told, stays the same object', async t => {
  for (const schema of [
    { type: 'array', minItems: 2 },
    { type: 'string' },
    { type: 'integer' },
    { type: ['string', 'integer'] },
    { anyOf: [{ type: 'array' }] },
    { $ref: '#/components/schemas/Nothing' },
    { $ref: '#/components/schemas/Ids', description: 'with a sibling' },
    true,
  ]) {
    t.equal(bounded(schema), schema, JSON.stringify(schema))
  }
  const schema = { type: 'array' }
  t.equal(bounded(schema), bounded(schema), 'the same one every time')
})

t.test('an empty value in a path does not fit what is advertised, and is refused in these words', async t => {
  const list = { type: 'array', items: { type: 'string' } }
  const parameters = [{ name: 'ids', in: 'path', required: true, schema: list }]
  const tool = onlyTool(
    compileOperation({ operationId: 'op', parameters }, { method: 'get', path: '/a/{ids}' }),
  )
  t.match(tool.inputSchema, { properties: { ids: { minItems: 1 } } })
  t.match(tool.validate({ ids: [] }), [{ path: '/ids', expected: 'a list of at least 1 item' }])
  t.same(tool.validate({ ids: ['a'] }), [])
  const content = { 'application/json': { schema: list } }
  const written = [{ name: 'ids', in: 'path', required: true, content }]
  const json = onlyTool(compileOperation({ operationId: 'op', parameters: written }, { path: '/a/{ids}' }))
  t.same(json.validate({ ids: [] }), [], 'as JSON it is not empty')
})
