import t from 'tap'
import { isSafeKey, safeKey } from '../../../src/catalogue/profiles/safe-keys.ts'
import { createUnalias } from '../../../src/catalogue/profiles/unalias.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

function toolOf(schema: JsonObject, schemas: JsonObject = {}) {
  const body = jsonBody({ type: 'object', properties: { x: schema } })
  return onlyTool(
    compileOperation({ operationId: 'op', requestBody: body }, { document: { components: { schemas } } }),
  )
}

t.test('safe keys stay; others get a readable one of their own', async t => {
  for (const key of ['a', 'a.b', 'A_1-2', 'k'.repeat(64)]) t.equal(safeKey(key), key)
  const unsafe = [
    'a[b]',
    'a b',
    '$ref',
    '@type',
    '+1',
    'é',
    '',
    '..[]',
    '__proto__',
    'constructor',
    'k'.repeat(65),
  ]
  const given = unsafe.map(safeKey)
  t.ok(given.every(isSafeKey), given.join(' '))
  t.equal(new Set(given).size, unsafe.length)
  t.match(safeKey('filter[type]'), /^filter_type_[0-9a-f]{6}$/)
  t.not(safeKey('a[b]'), safeKey('a(b)'), 'nothing is taken for another')
})

t.test('tools with safe keys have nothing to translate', async t => {
  const recursive = { A: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } } } }
  t.equal(toolOf({ $ref: '#/components/schemas/A' }, recursive).unalias, undefined)
  t.equal(toolOf({ type: 'array', items: { type: 'string' } }).unalias, undefined)
})

const nested = {
  type: 'object',
  required: ['$ref'],
  additionalProperties: false,
  properties: {
    $ref: { type: 'string' },
    list: {
      type: 'array',
      items: { allOf: [{ type: 'object', properties: { 'a[b]': { type: 'integer' } } }] },
    },
  },
}

t.test(
  'advertised keys become the document’s, at any depth, through references and alternatives',
  async t => {
    const alias = safeKey('$ref')
    const inner = safeKey('a[b]')
    for (const tool of [
      toolOf(nested),
      toolOf({ $ref: '#/components/schemas/N' }, { N: nested }),
      toolOf({ oneOf: [{ type: 'string' }, { $ref: '#/components/schemas/N' }] }, { N: nested }),
    ]) {
      for (const profile of ['default', 'claude'] as const) {
        const text = tool.definitionFor?.(profile) ?? ''
        t.ok(text.includes(`"${alias}":`) && text.includes(`"required":["${alias}"]`), profile)
        t.notOk(text.includes('"$ref":{"type"'))
      }
      const args = { x: { [alias]: 'r', list: [{ [inner]: 1 }] } }
      const meant = { x: { $ref: 'r', list: [{ 'a[b]': 1 }] } }
      t.strictSame(tool.unalias?.(args), meant)
      t.strictSame(tool.validate(tool.unalias?.(args) ?? {}), [])
      t.strictSame(tool.unalias?.(meant), meant, 'the document’s own keys are fine')
      t.equal(tool.unalias?.(meant), meant, 'and cost no copy')
    }
  },
)

t.test('where both are given, neither takes the other’s place', async t => {
  const alias = safeKey('$ref')
  const tool = toolOf(nested)
  const both = { x: { $ref: 'a', [alias]: 'b' } }
  t.strictSame(tool.unalias?.(both), both)
  t.match(tool.validate(both), [{ path: `/x/${alias}` }])
})

t.test('what hides under a safer key is as sensitive as under its own', async t => {
  const tool = toolOf({
    type: 'object',
    properties: { 'pass phrase[x]': { type: 'string', format: 'password' } },
  })
  t.ok(tool.isSensitive(['x', safeKey('pass phrase[x]')]))
  t.notOk(tool.isSensitive(['x', 'other']))
})

t.test('hostile values neither overflow nor reach a prototype', async t => {
  const tool = toolOf({ type: 'object', properties: { free: {}, 'a[b]': { type: 'string' } } })
  let deep: unknown = 1
  for (let depth = 0; depth < 50_000; depth++) deep = [deep]
  t.doesNotThrow(() => tool.unalias?.({ x: { free: deep } }))
  const polluting = { x: { free: '{"__proto__":{"polluted":1}}' } }
  const out = tool.unalias?.(polluting) as { x: { free: object } }
  t.equal(Object.getPrototypeOf(out.x.free), Object.prototype)
  t.notOk('polluted' in {})
  t.strictSame(tool.unalias?.({ x: { free: '{broken' } }), { x: { free: '{broken' } })
  for (const args of [{}, { x: null }, { x: [1] }, { x: 'a' }, { y: { 'a[b]': 1 } }]) {
    t.strictSame(tool.unalias?.(args), args)
  }
})

t.test('what schemas say is looked up once for a call, however many values there are', async t => {
  let listings = 0
  const properties = new Proxy<JsonObject>(
    { 'a b': { type: 'integer' }, any: {} },
    {
      ownKeys(target) {
        listings += 1
        return Reflect.ownKeys(target)
      },
    },
  )
  const schema = { type: 'array', items: { type: 'object', properties } }
  const unalias = createUnalias([{ argument: 'x', schema, required: false } as never], () => ({}))
  if (unalias === undefined) throw new Error('nothing to rewrite')
  listings = 0
  const item = Object.fromEntries([
    [safeKey('a b'), 1],
    ...Array.from({ length: 50 }, (_, n) => [`k${n}`, n]),
  ])
  const { x } = unalias({ x: Array.from({ length: 200 }, () => item) })
  t.ok(Array.isArray(x) && x.every(each => Object.hasOwn(each as object, 'a b')))
  t.ok(listings < 10, `${listings} listings of the properties`)
})

t.test('a call has so much looked at and no more: the rest stays as it was written', async t => {
  const node: JsonObject = { $ref: 'N' }
  const names = Array.from({ length: 30 }, (_, n) => `p${n} x`)
  const parts = Array.from({ length: 150 }, () => ({
    properties: Object.fromEntries(names.map(name => [name, node])),
  }))
  let resolved = 0
  const unalias = createUnalias([{ argument: 'x', schema: node, required: false } as never], () => {
    resolved += 1
    return { anyOf: parts }
  })
  if (unalias === undefined) throw new Error('nothing to rewrite')
  resolved = 0
  let deep: JsonObject = {}
  for (let level = 0; level < 60; level++)
    deep = Object.fromEntries(
      names.map(name => [safeKey(name), level === 59 || name === names[0] ? deep : {}]),
    )
  const wide = { x: Object.fromEntries(names.map(name => [safeKey(name), structuredClone(deep)])) }
  const { x } = unalias(wide)
  t.ok(Object.hasOwn(x as object, names[0] ?? ''), 'begun')
  t.ok(resolved < 5_000, `${resolved} references followed`)
})
