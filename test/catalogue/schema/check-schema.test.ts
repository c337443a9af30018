import t from 'tap'
import { createResolver } from '../../../src/catalogue/document/resolve-reference.ts'
import { createSchemaChecker } from '../../../src/catalogue/schema/check-schema.ts'
import { createCompositionLoops } from '../../../src/catalogue/schema/composition-loops.ts'

const resolveReference = createResolver({
  s: {
    Self: { $ref: '#/s/Self' },
    Ping: { allOf: [{ $ref: '#/s/Pong' }] },
    Pong: { oneOf: [{ type: 'string' }, { not: { $ref: '#/s/Ping' } }] },
    Tree: { type: 'object', properties: { left: { $ref: '#/s/Tree' }, right: { $ref: '#/s/Tree' } } },
    List: { type: 'array', items: { anyOf: [{ $ref: '#/s/List' }, { $ref: '#/s/Tree' }] } },
    Broken: { type: 'object', properties: { a: { items: { $ref: '#/s/Nowhere' } } } },
    UsesBroken: { properties: { b: { $ref: '#/s/Broken' } } },
    Text: 'text',
  },
})
const check = createSchemaChecker(
  resolveReference,
  createCompositionLoops(resolveReference, () => []),
  ({ $dynamicRef }) => ($dynamicRef === '#tree' ? '#/s/Tree' : undefined),
)
const at = (name: string) => check({ $ref: `#/s/${name}` })

t.test(
  'recursion that goes down into the value is fine, and so are loops that say more than themselves',
  async t => {
    for (const name of ['Tree', 'List', 'Ping', 'Pong']) t.equal(at(name), undefined, name)
  },
)

t.test('a schema that is nothing but itself is told', async t => {
  t.match(at('Self'), /consists of itself/)
})

t.test('what can’t be resolved is found at any remove, again and again', async t => {
  for (let round = 0; round < 2; round++) {
    t.match(at('UsesBroken'), /"#\/s\/Nowhere" leads nowhere/)
    t.match(check({ properties: { x: { $ref: 'other.yaml' } } }), /other\.yaml/)
    t.match(check({ $ref: '#anchor' }), /anchor/)
    t.match(check({ $ref: '#/%zz' }), /%zz/)
    t.match(at('Text'), /does not lead to a schema/)
    t.match(check({ $dynamicRef: '#x' }), /dynamic reference leads nowhere/)
    t.equal(check({ $dynamicRef: '#tree' }), undefined)
  }
})

t.test('nesting beyond what is converted is told', async t => {
  let schema: unknown = {}
  for (let depth = 0; depth < 200; depth++) schema = { items: schema }
  t.match(check(schema), /nested deeper than 128/)
})

t.test('what only looks like a reference is none', async t => {
  const data = { $ref: 'https://elsewhere.example' }
  t.equal(
    check({ example: data, examples: [data], default: data, enum: [data], const: data, 'x-a': data }),
    undefined,
  )
})
