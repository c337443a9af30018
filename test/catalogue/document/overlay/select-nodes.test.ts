import t from 'tap'
import { parseJsonPath } from '../../../../src/catalogue/document/overlay/json-path.ts'
import { selectNodes } from '../../../../src/catalogue/document/overlay/select-nodes.ts'

const DOCUMENT = {
  paths: {
    '/a': {
      get: {
        tags: ['x'],
        parameters: [
          { name: 'filter', in: 'query' },
          { name: 'id', in: 'path' },
        ],
      },
      put: {},
    },
    '/b': { get: { tags: ['y', 'z'], deprecated: true, n: 3 }, 'x-y': null },
  },
  list: [0, 1, 2, 3, 4],
  "it's": 1,
}

function select(path: string): unknown[] {
  return selectNodes(DOCUMENT, parseJsonPath(path)).map(({ value }) => value)
}

t.test('selects', async t => {
  const a = DOCUMENT.paths['/a']
  const b = DOCUMENT.paths['/b']
  const cases: [string, unknown[]][] = [
    ['$', [DOCUMENT]],
    [' $.list ', [DOCUMENT.list]],
    ["$.paths['/a'].get", [a.get]],
    ['$["paths"]["/a"]["get"]', [a.get]],
    ["$['it\\'s']", [1]],
    ['$["it\'s"]', [1]],
    ['$.paths.*.get', [a.get, b.get]],
    ['$.paths[*][*]', [a.get, a.put, b.get, null]],
    ['$.list[0]', [0]],
    ['$.list[-1]', [4]],
    ['$.list[9]', []],
    ['$.list[1:3]', [1, 2]],
    ['$.list[::2]', [0, 2, 4]],
    ['$.list[::-2]', [4, 2, 0]],
    ['$.list[0,2]', [0, 2]],
    ['$.list[0,0]', [0]],
    ['$..get', [a.get, b.get]],
    ['$..tags[0]', ['x', 'y']],
    ["$..parameters[?@.name=='filter' && @.in=='query']", [a.get.parameters[0]]],
    ["$..parameters[?(@.in != 'query')]", [a.get.parameters[1]]],
    ['$.paths[?@.put]', [a]],
    ['$.paths[?!@.put]', [b]],
    ['$.paths.*[?@.deprecated == true]', [b.get]],
    ['$.paths[?@["x-y"] == null]', [b]],
    ["$.paths[?@.get.tags[?@ == 'z']]", [b]],
    ["$.paths[?(@.get.tags[0] == 'x' || @.get.n >= 3)]", [a, b]],
    ['$.list[?@ > 1 && !(@ == 3)]', [2, 4]],
    ['$.list[?@ == $.list[3]]', [3]],
    ['$.list[?@ < "x"]', []],
    ['$.paths[?@.none == @.nothing]', [a, b]],
    ['$.nothing.below', []],
    ['$.__proto__', []],
    ['$.list.length', []],
  ]
  for (const [path, expected] of cases) t.strictSame(select(path), expected, path)
})

t.test('refuses what it doesn’t understand, with the place', async t => {
  const cases: [string, RegExp][] = [
    ['paths', /starts with \$/],
    ['$.', /a name or \*/],
    ['$.paths[', /quoted name/],
    ["$.paths['a]", /quoted name/],
    ['$.paths["\\q"]', /escapes/],
    ['$.paths[?@.a =]', /the end|a comparison|\]/],
    ['$.paths[?length(@) > 1]', /functions are not offered/],
    ['$.paths x', /the end/],
    ['$.a-b', /^(?!.*character 0)/],
    [`$${'['.repeat(40)}`, /quoted name/],
    [`$[?${'('.repeat(40)}`, /fewer brackets/],
    [`$${'.a'.repeat(2_000)}`, /longer than/],
  ]
  for (const [path, message] of cases.filter(([path]) => path !== '$.a-b')) {
    t.throws(() => parseJsonPath(path), { name: 'SyntaxError', message }, path)
  }
  t.doesNotThrow(() => parseJsonPath('$.a-b'), 'as people write')
})

t.test('a query that would look at too much is stopped', async t => {
  const wide = { a: Array.from({ length: 2_000 }, () => ({ b: {} })) }
  const path = parseJsonPath('$..[?$..[?$..[?$..x]]]')
  t.throws(() => selectNodes(wide, path), { name: 'RangeError' })
})
