/** What the profiles make of schemas, and that calls made from what they show are good. */
import t from 'tap'
import { checkTool } from '../../../src/catalogue/profiles/check-tool.ts'
import { CLIENT_LIMITS, type Profile } from '../../../src/catalogue/profiles/client-limits.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

/** The advertised schema of a property `x` in each profile. */
function advertise(schema: unknown, schemas: JsonObject = {}, openapi = '3.1.0') {
  const document = { openapi, components: { schemas } }
  const body = jsonBody({ type: 'object', properties: { x: schema } })
  const tool = onlyTool(compileOperation({ operationId: 'op', requestBody: body }, { document }))
  for (const profile of Object.keys(CLIENT_LIMITS) as Profile[]) {
    t.strictSame(checkTool(tool.definitionFor?.(profile) ?? '', profile), [], profile)
  }
  const inputOf = (profile: Profile) =>
    (JSON.parse(tool.definitionFor?.(profile) ?? '') as { inputSchema: { properties: { x: JsonObject } } })
      .inputSchema
  const call = (x: unknown) => tool.validate(tool.unalias?.({ x }) ?? { x }).length === 0
  return { x: (profile: Profile = 'default') => inputOf(profile).properties.x, inputOf, call, tool }
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

t.test('null is not advertised where clients know no lists of types, and taken', async t => {
  const { x, call } = advertise({ type: ['string', 'null'] })
  t.strictSame(x(), { type: 'string' })
  t.strictSame(x('claude'), { type: ['string', 'null'] })
  t.ok(call(null) && call('a'))
  t.strictSame(advertise({ type: 'integer', nullable: true }, {}, '3.0.3').x(), { type: 'integer' })
  t.ok(advertise({ type: 'integer', 'x-nullable': true }).call(null), 'as Swagger 2.0 documents say it')
})

t.test('values that are no texts are said in words', async t => {
  const { x, call } = advertise({ type: 'integer', enum: [1, 2, 3], description: 'How.' })
  t.strictSame(x(), { type: 'integer', description: 'How. One of 1, 2, 3.' })
  t.strictSame(x('claude'), { type: 'integer', enum: [1, 2, 3], description: 'How.' })
  t.notOk(call(4))
  t.strictSame(advertise({ const: true }).x(), { type: 'boolean', description: 'Always true.' })
  t.strictSame(advertise({ const: 'a' }).x(), { type: 'string', enum: ['a'] })
  t.strictSame(advertise({ enum: ['a', null, 'a'] }).x(), { type: 'string', enum: ['a'] })
  const codes = Array.from({ length: 100 }, (_, index) => `c${index}`)
  t.match(advertise({ enum: codes }).x(), {
    type: 'string',
    enum: undefined,
    description: /^One of "c0", .*100 values/,
  })
})

t.test('what keywords may not say stands in the description, what is said already not twice', async t => {
  t.strictSame(advertise({ type: 'string', format: 'date', description: 'Day' }).x(), {
    type: 'string',
    description: 'Day. Format: YYYY-MM-DD.',
  })
  t.strictSame(advertise({ type: 'string', format: 'date-time' }).x(), {
    type: 'string',
    format: 'date-time',
  })
  t.strictSame(advertise({ type: 'number', exclusiveMinimum: 0, multipleOf: 5 }).x(), {
    type: 'number',
    description: 'Greater than 0. A multiple of 5.',
  })
  t.strictSame(advertise({ type: 'integer', minimum: 0, exclusiveMinimum: true }, {}, '3.0.3').x(), {
    type: 'integer',
    minimum: 1,
  })
  t.strictSame(advertise({ type: 'string', example: 'a', description: 'Such as a' }).x(), {
    type: 'string',
    description: 'Such as a',
  })
  t.match(advertise({ type: 'string', format: 'byte' }).x(), { description: 'Base64.' })
})

t.test('patterns that break clients are not advertised, and enforced', async t => {
  const { x, call } = advertise({ type: 'string', pattern: '^(?!admin)[a-z]+$' })
  t.notOk('pattern' in x())
  t.notOk(call('admin'))
  t.strictSame(advertise({ type: 'string', pattern: '^[a-z]+$' }).x(), {
    type: 'string',
    pattern: '^[a-z]+$',
  })
  t.notOk('pattern' in advertise({ type: 'string', pattern: '[a-z]+' }).x())
})

t.test('alternatives of plain values become the widest; of different kinds, the richest', async t => {
  const numbers = advertise({ oneOf: [{ type: 'integer' }, { type: 'number' }] })
  t.equal(numbers.x().type, 'number')
  t.ok(advertise({ anyOf: [{ type: 'string' }, { type: 'null' }] }).call(null))
  const list = advertise({ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] })
  t.strictSame(list.x(), { type: 'array', items: { type: 'string' } })
  t.ok(list.call(['a']) && list.call('a'))
  t.strictSame(advertise({ anyOf: [{ enum: ['a'] }, { enum: ['b'] }] }).x(), {
    type: 'string',
    enum: ['a', 'b'],
  })
  t.strictSame(advertise({ anyOf: [{ enum: ['a', 'b'] }, { type: 'string' }] }).x(), {
    type: 'string',
    description: 'Such as "a", "b".',
  })
  const either = { anyOf: [{ enum: ['a', 'b'] }, { type: 'string', pattern: '.^' }] }
  t.strictSame(advertise(either).x(), { type: 'string', enum: ['a', 'b'] })
  t.strictSame(advertise({ anyOf: [{ type: 'string' }, { type: 'integer' }] }).x('vscode'), {
    anyOf: [{ type: 'string' }, { type: 'integer' }],
  })
})

t.test('alternative objects become one that says what belongs together', async t => {
  const card = {
    type: 'object',
    required: ['type', 'number'],
    properties: { type: { const: 'card' }, number: { type: 'string' } },
  }
  const bank = {
    type: 'object',
    required: ['type', 'iban'],
    properties: { type: { const: 'bank' }, iban: { type: 'string' } },
  }
  const { x, call } = advertise({ oneOf: [card, bank] })
  t.strictSame(x(), {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['card', 'bank'] },
      number: { type: 'string' },
      iban: { type: 'string' },
    },
    required: ['type'],
    description: 'One of: type=card, number; type=bank, iban.',
  })
  t.ok(call({ type: 'bank', iban: 'x' }))
  t.notOk(call({ type: 'bank', number: 'x' }))
})

t.test(
  'a discriminator tells the alternatives, whether the document lists them or they extend their base',
  async t => {
    const base = {
      type: 'object',
      required: ['kind'],
      properties: { kind: { type: 'string' }, name: { type: 'string' } },
    }
    const own = (name: string) => ({
      type: 'object',
      required: [name],
      properties: { [name]: { type: 'string' } },
    })
    const discriminator = { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat' } }
    const Cat = { allOf: [ref('Pet'), own('meow')] }
    const Dog = { allOf: [ref('Pet'), own('bark')] }
    const implicit = { Pet: { ...base, discriminator }, Cat, Dog }
    const inBoth = { Pet: { ...base, discriminator, oneOf: [ref('Cat'), ref('Dog')] }, Cat, Dog }
    for (const schemas of [implicit, inBoth]) {
      const { x, call } = advertise(ref('Pet'), schemas)
      t.match(x(), {
        properties: { kind: { enum: ['cat', 'Dog'] }, name: {}, meow: {}, bark: {} },
        required: ['kind'],
        description: /One of: kind=cat, meow; kind=Dog, bark/,
      })
      t.ok(call({ kind: 'cat', meow: 'x' }))
      t.notOk(call({ kind: 1 }))
      t.notOk(advertise(ref('Cat'), schemas).call({ kind: 'cat' }), 'the type itself needs its own')
    }
    t.ok(advertise(ref('Pet'), implicit).call({ kind: 'fish' }), 'a base stays what it is')
    t.notOk(advertise(ref('Pet'), inBoth).call({ kind: 'cat' }), 'a listed alternative has to fit')
  },
)

t.test('a discriminator of Swagger 2.0 is a name', async t => {
  const Pet = { type: 'object', discriminator: 'kind', properties: { kind: { type: 'string' } } }
  const Cat = { allOf: [ref('Pet'), { type: 'object', properties: { meow: { type: 'string' } } }] }
  t.match(advertise(ref('Pet'), { Pet, Cat }).x(), { properties: { kind: { enum: ['Cat'] }, meow: {} } })
})

t.test('recursive schemas end in an object that tells its members; nothing is refused for it', async t => {
  const Node = { type: 'object', required: ['v'], properties: { v: { type: 'integer' }, next: ref('Node') } }
  const { x, call, inputOf } = advertise(ref('Node'), { Node })
  let deepest: JsonObject = x()
  for (let inner = deepest; inner !== undefined; inner = (deepest.properties as { next: JsonObject }).next)
    deepest = inner
  t.match(deepest, {
    type: 'object',
    properties: { v: { type: 'integer' } },
    required: ['v'],
    description: 'Also: next.',
  })
  t.ok(call({ v: 1, next: { v: 2, next: { v: 3 } } }))
  t.match(inputOf('claude'), { $defs: { Node: {} } })
})

t.test('schemas that consist of themselves are any value', async t => {
  const { call } = advertise(ref('A'), { A: ref('B'), B: { allOf: [ref('A')] } })
  t.ok(call(1) && call({ a: 1 }))
})

t.test('dynamic references are what they lead to', async t => {
  const Tree = {
    $dynamicAnchor: 'node',
    type: 'object',
    properties: { kids: { type: 'array', items: { $dynamicRef: '#node' } } },
  }
  const { call } = advertise(ref('Tree'), { Tree })
  t.ok(call({ kids: [{ kids: [] }] }))
  t.notOk(call({ kids: [1] }))
  const Filter = {
    $recursiveAnchor: true,
    type: 'object',
    properties: { and: { type: 'array', items: { $recursiveRef: '#' } } },
  }
  t.notOk(advertise(ref('Filter'), { Filter }).call({ and: ['x'] }))
})

t.test('lists always say what is in them', async t => {
  t.strictSame(advertise({ type: 'array', items: {} }).x().type, 'array')
  t.match(advertise({ type: 'array' }).x(), { items: { type: 'string', description: /Any JSON value/ } })
  const tuple = advertise({
    type: 'array',
    prefixItems: [{ type: 'string' }, { type: 'string', enum: ['a'] }],
  })
  t.match(tuple.x(), { type: 'array', items: { type: 'string' } })
  t.notOk(
    advertise({ type: 'array', items: [{ type: 'string' }, { type: 'integer' }] }).call(['a', 'b']),
    'draft 4',
  )
})

t.test('a value of any kind is a text that may hold JSON', async t => {
  const { x, call, tool } = advertise({ description: 'Value' })
  t.strictSame(x(), { type: 'string', description: 'Value. Any JSON value; an object or list as JSON text.' })
  t.ok(call('a') && call(1) && call({ a: 1 }))
  t.strictSame(tool.unalias?.({ x: '{"a":[1]}' }), { x: { a: [1] } })
  t.strictSame(tool.unalias?.({ x: '5' }), { x: '5' }, 'numbers may be texts')
})

t.test('required as draft 3 had it is told, and not enforced', async t => {
  const { x, call } = advertise({ type: 'object', properties: { a: { type: 'string', required: true } } })
  t.strictSame(x().required, ['a'])
  t.ok(call({}))
})

t.test('what is required but not described is still named', async t => {
  t.match(advertise({ type: 'object', required: ['b'], properties: { a: { type: 'string' } } }).x(), {
    properties: { a: {}, b: { type: 'string' } },
    required: ['b'],
  })
})

t.test('a large schema is cut to a budget, the same in any order, what calls need last', async t => {
  const wide = (depth: number): JsonObject => ({
    type: 'object',
    required: ['p0'],
    properties: Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        `p${index}`,
        depth === 0 ? { type: 'string' } : wide(depth - 1),
      ]),
    ),
  })
  const { x, call, inputOf } = advertise(wide(3))
  t.ok(JSON.stringify(inputOf('default')).length < 12_000)
  const needed = (schema: JsonObject): unknown => {
    const { p0 } = schema.properties as { p0: JsonObject }
    return { p0: p0.type === 'object' ? needed(p0) : 'text' }
  }
  t.ok(call(needed(x())), 'what is shown is enough for a call')
})

t.test('alternatives of alternatives of alternatives don’t explode', async t => {
  const schemas: JsonObject = {}
  for (let level = 0; level < 12; level++) {
    for (const side of ['A', 'B']) {
      const next = Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [
          `p${index}`,
          { anyOf: [ref(`A${level + 1}`), ref(`B${level + 1}`)], description: `${side} ${index}` },
        ]),
      )
      schemas[`${side}${level}`] = { type: 'object', properties: next }
    }
  }
  schemas.A12 = { type: 'string' }
  schemas.B12 = { type: 'integer' }
  const start = performance.now()
  const { inputOf } = advertise({ anyOf: [ref('A0'), ref('B0')] }, schemas)
  t.ok(JSON.stringify(inputOf('default')).length < 12_000)
  t.ok(performance.now() - start < 10_000, 'within seconds')
})
