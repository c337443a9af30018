import t from 'tap'
import { createResolver } from '../../../src/catalogue/document/resolve-reference.ts'
import { createSchemaChecker } from '../../../src/catalogue/schema/check-schema.ts'

const check = createSchemaChecker(
  createResolver({
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
  }),
)
const at = (name: string) => check({ $ref: `#/s/${name}` })

t.test('recursion that goes down into the value is fine', async t => {
  t.equal(at('Tree'), undefined)
  t.equal(at('List'), undefined)
})

t.test('a schema that consists of itself is not', async t => {
  for (const name of ['Self', 'Ping', 'Pong']) t.match(at(name), /consists of itself/, name)
})

t.test('what can’t be resolved is found at any remove, again and again', async t => {
  for (let round = 0; round < 2; round++) {
    t.match(at('UsesBroken'), /"#\/s\/Nowhere" leads nowhere/)
    t.match(check({ properties: { x: { $ref: 'other.yaml' } } }), /leads out of the document/)
    t.match(check({ $ref: '#anchor' }), /no JSON pointer/)
    t.match(check({ $ref: '#/%zz' }), /no JSON pointer/)
    t.match(at('Text'), /does not lead to a schema/)
    t.match(check({ $dynamicRef: '#x' }), /dynamic/)
  }
})

t.test('what only looks like a reference is none', async t => {
  const data = { $ref: 'https://elsewhere.example' }
  t.equal(
    check({ example: data, examples: [data], default: data, enum: [data], const: data, 'x-a': data }),
    undefined,
  )
})
