import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadDocument } from '../../../../src/catalogue/document/load-document.ts'
import { applyOverlay } from '../../../../src/catalogue/document/overlay/apply-overlay.ts'
import { parseOverlay } from '../../../../src/catalogue/document/overlay/parse-overlay.ts'
import { loadCatalogue } from '../../../../src/catalogue/load-catalogue.ts'
import type { JsonObject } from '../../../../src/catalogue/tool.ts'
import { loadConfig } from '../../../../src/config/load.ts'

const FILE = '/overlay.yaml'

function apply(document: JsonObject, ...actions: JsonObject[]) {
  const overlay = parseOverlay(JSON.stringify({ overlay: '1.1.0', actions }), FILE)
  const warnings = applyOverlay(document, overlay, 0)
  return { document, warnings }
}

t.test('an update merges objects, appends to lists and replaces values', async t => {
  const { document, warnings } = apply(
    { info: { title: 'a', contact: { name: 'c' } }, tags: ['x'], list: [{ a: 1 }] },
    { target: '$.info', update: { title: 'b', contact: { url: 'u' }, version: '1' } },
    { target: '$', update: { tags: ['y'], info: null } },
    { target: '$.list', update: { b: 2 } },
    { target: '$.list', update: [{ c: 3 }] },
    { target: '$.info.version', update: '2' },
  )
  t.strictSame(document, {
    info: { title: 'b', contact: { name: 'c', url: 'u' }, version: '2' },
    tags: ['x', 'y'],
    list: [{ a: 1 }, { b: 2 }, { c: 3 }],
  })
  t.same(warnings, [])
})

t.test('remove takes nodes away, also several of one list', async t => {
  const { document } = apply(
    { a: { x: 1, y: 2 }, list: ['k', 'l', 'm', 'k'] },
    { target: '$.a.x', remove: true },
    { target: "$.list[?@ == 'k']", remove: true },
  )
  t.strictSame(document, { a: { y: 2 }, list: ['l', 'm'] })
})

t.test('copy, and what is put in many places, stays separate', async t => {
  const { document } = apply(
    { paths: { '/a': { get: { tags: ['x'] } }, '/b': {} } },
    { target: "$.paths['/b']", copy: "$.paths['/a']" },
    { target: "$.paths['/b'].get.tags", update: 'y' },
    { target: '$.paths.*', update: { parameters: [{ name: 'p' }] } },
    { target: "$.paths['/a'].parameters[0]", update: { in: 'query' } },
  )
  t.strictSame(document.paths, {
    '/a': { get: { tags: ['x'] }, parameters: [{ name: 'p', in: 'query' }] },
    '/b': { get: { tags: ['x', 'y'] }, parameters: [{ name: 'p' }] },
  })
})

t.test('a target that selects nothing is a warning that names it', async t => {
  const { warnings } = apply({}, { target: '$.paths.*.get', remove: true })
  t.match(warnings, [
    { path: 'overlays[0]', value: '$.paths.*.get', message: /actions\[0\].*selects nothing/ },
  ])
})

t.test('what does not go together is refused, with the place', async t => {
  const cases: [JsonObject, JsonObject, RegExp][] = [
    [{ a: {} }, { target: '$.a', update: 1 }, /object must be given/],
    [{ a: 1 }, { target: '$.a', update: {} }, /plain value must be given/],
    [{ a: { b: [] } }, { target: '$.a', update: { b: {} } }, /"b" is a list in the document and an object/],
    [{ a: 1, b: {} }, { target: '$.*', update: {} }, /several kinds/],
    [{ a: 1 }, { target: '$', remove: true }, /itself can’t be removed/],
    [{ a: {} }, { target: '$.a', copy: '$.x' }, /must select one value/],
  ]
  for (const [document, action, message] of cases) {
    t.throws(
      () => apply(document, action),
      { code: 'configuration_invalid', data: { file: FILE, problems: [{ path: 'actions[0]', message }] } },
      String(message),
    )
  }
})

t.test('a malformed overlay is refused with everything that is wrong with it', async t => {
  const problems = (text: string) => {
    try {
      parseOverlay(text, FILE)
      return []
    } catch (error) {
      return (error as { data: { problems: { path: string; message: string }[] } }).data.problems
    }
  }
  t.match(problems('overlay: 1.0\nactions: [{ target: $, update: {} }]'), [])
  t.match(problems('{}'), [{ path: 'overlay' }, { path: 'actions', message: /none/ }])
  t.match(problems('overlay: 2.0.0\nactions: [{ target: $ }]'), [{ path: 'overlay' }, { path: 'actions[0]' }])
  t.match(problems('overlay: 1.0.0\nactions: [{ target: "paths", remove: true }, {}]'), [
    { path: 'actions[0].target', message: /starts with \$/ },
    { path: 'actions[1].target', message: /without a target/ },
  ])
  t.match(problems('a: ['), [{ path: '', message: /neither JSON nor YAML/ }])
})

t.test('prototypes can’t be reached', async t => {
  const text =
    '{"overlay":"1.0.0","actions":[{"target":"$","update":{"__proto__":{"polluted":1}}},{"target":"$","update":{"constructor":{"prototype":{"polluted":1}}}}]}'
  const document: JsonObject = {}
  applyOverlay(document, parseOverlay(text, FILE), 0)
  t.equal(({} as JsonObject).polluted, undefined)
  t.equal(JSON.stringify(document), '{"constructor":{"prototype":{"polluted":1}}}')
  t.throws(() => apply({}, { target: '$.__proto__', update: 1 }, { target: '$', copy: '$.constructor' }))
})

function write(t: Test, files: Record<string, string>): string {
  const directory = t.testdir(files)
  return directory
}

t.test('overlays are applied on loading, before references are followed', async t => {
  const directory = write(t, {
    'openapi.yaml': 'openapi: 3.0.3\npaths:\n  /a: &shared\n    get: { operationId: a }\n  /b: *shared\n',
    'first.yaml':
      'overlay: 1.0.0\ninfo: { title: x, version: "1" }\nactions:\n  - { target: "$.paths[\'/a\'].get", update: { operationId: renamed, parameters: [{ $ref: "p.yaml" }] } }\n  - { target: $.paths.nothing, remove: true }\n',
    'p.yaml': 'name: p\nin: query\nschema: { type: integer }\n',
    'postern.yaml':
      'name: x\napis: [{ name: api, openapi: ./openapi.yaml, overlays: [./first.yaml], upstream: "https://a.example" }]\nauth: [{ type: token }]\n',
  })
  const { document, warnings } = await loadDocument(join(directory, 'openapi.yaml'), {
    overlays: [join(directory, 'first.yaml')],
  })
  t.match(document.paths, { '/a': { get: { operationId: 'renamed' } }, '/b': { get: { operationId: 'a' } } })
  t.match(warnings, [{ path: 'overlays[0]' }])

  const { catalogue } = await loadCatalogue(await loadConfig(join(directory, 'postern.yaml'), { env: {} }))
  t.match(
    catalogue.tools.map(tool => tool.name),
    ['x_renamed', 'x_a'],
  )
  t.match(catalogue.tools[0]?.inputSchema, { properties: { p: { type: 'integer' } } })
  t.match(catalogue.warnings, [{ path: 'apis[0].overlays[0]', message: /first\.yaml selects nothing/ }])
})

t.test('an overlay that is missing, or makes the document too deep, is refused', async t => {
  const directory = write(t, { 'openapi.yaml': 'openapi: 3.0.3\npaths: {}\na: { b: {} }\n' })
  const source = join(directory, 'openapi.yaml')
  await t.rejects(loadDocument(source, { overlays: [join(directory, 'none.yaml')] }), {
    message: /no such file/,
  })
  const actions = Array.from({ length: 600 }, () => ({ target: '$.a.b', copy: '$.a' }))
  writeFileSync(join(directory, 'deep.json'), JSON.stringify({ overlay: '1.1.0', actions }))
  await t.rejects(loadDocument(source, { overlays: [join(directory, 'deep.json')] }), {
    message: /nested deeper/,
  })
})

t.test('an overlay that doubles the document with every action is refused', async t => {
  const doubling = Array.from({ length: 40 }, (_, n) => [
    { target: '$.a', update: { [`k${n}`]: {} } },
    { target: `$.a.k${n}`, copy: '$.a' },
  ]).flat()
  t.throws(() => apply({ a: {} }, ...doubling), {
    code: 'configuration_invalid',
    data: { problems: [{ message: /too many values/ }] },
  })
})

t.test('one update for many targets counts for each', async t => {
  const list = Array.from({ length: 3_000 }, () => ({}))
  const update = { x: Array.from({ length: 1_000 }, () => 1) }
  t.throws(() => apply({ list }, { target: '$.list[*]', update }), { code: 'configuration_invalid' })
})

t.test('comparing large values time and again is refused', async t => {
  const a = Array.from({ length: 3_000 }, (_, n) => ({ n }))
  const document = { a, b: structuredClone(a), list: a.map(() => 0) }
  t.throws(() => apply(document, { target: '$.list[?$.a == $.b]', remove: true }), {
    code: 'configuration_invalid',
    data: { problems: [{ message: /looks at too many values/ }] },
  })
})
