import t from 'tap'
import { compileFields } from '../../src/catalogue/answers/compile-fields.ts'
import { projectJson } from '../../src/result/project-json.ts'

function project(source: string, ...paths: string[]): string | undefined {
  const fields = compileFields(paths)
  if (fields === undefined) throw new Error('no fields')
  return projectJson(source, fields)
}

const LIST =
  '{"object":"list","items":[{"id":1,"owner":{"name":"A","mail":"a@x"},"tags":["t"]},{"id":2}],"n":3}'

t.test('members by their paths, in the answer’s order', async t => {
  t.equal(project(LIST, 'n', 'object'), '{"object":"list","n":3}')
  t.equal(project(LIST, 'items.*.id'), '{"items":[{"id":1},{"id":2}]}')
  t.equal(project(LIST, 'items.id', 'n'), '{"items":[{"id":1},{"id":2}],"n":3}')
  t.equal(project(LIST, 'items.*.owner.name'), '{"items":[{"owner":{"name":"A"}},{}]}')
  t.equal(
    project(LIST, 'items.owner', 'items.owner.name'),
    '{"items":[{"owner":{"name":"A","mail":"a@x"}},{}]}',
  )
  t.equal(project(LIST, '*.*.id'), '{"items":[{"id":1},{"id":2}]}')
  t.equal(project(LIST, 'nothing'), '{}')
})

t.test('other notations of the same paths', async t => {
  for (const path of [
    'items[].id',
    'items[*].id',
    'items[0].id',
    '$.items.*.id',
    ' items.*.id ',
    'items..id',
  ]) {
    t.equal(project(LIST, path), '{"items":[{"id":1},{"id":2}]}', path)
  }
  t.equal(project('{"a.b":1,"a":{"b":2}}', 'a\\.b'), '{"a.b":1}')
})

t.test('lists at the root and lists in lists', async t => {
  t.equal(project('[{"id":1,"x":2},{"id":3}]', 'id'), '[{"id":1},{"id":3}]')
  t.equal(project('[{"id":1,"x":2},{"id":3}]', '*.id', 'x'), '[{"id":1,"x":2},{"id":3}]')
  t.equal(project('[[{"id":1,"x":2}]]', '*.*.id'), '[[{"id":1}]]')
  t.equal(project('[[{"id":1,"x":2}]]', 'id'), '[[]]', 'a name goes through one list')
  t.equal(project('{"a":[1,{"b":2},"s"]}', 'a.b'), '{"a":[{"b":2}]}')
  t.equal(project('7', 'a'), undefined)
})

t.test('numbers, keys and escapes are the very same', async t => {
  const source = '{ "a\\u0062": 12345678901234567890, "__proto__": {"x": 1e400, "y": 1}, "ab": "]}\\"," }'
  t.equal(project(source, 'ab'), '{"a\\u0062":12345678901234567890,"ab":"]}\\","}')
  t.equal(project(source, '__proto__.x', 'constructor'), '{"__proto__":{"x":1e400}}')
})

t.test('depth of the answer and of the paths is no matter', async t => {
  const deep = 100_000
  const source = `{"keep":1,"deep":${'[{"a":'.repeat(deep)}0${'}]'.repeat(deep)}}`
  t.equal(project(source, 'keep'), '{"keep":1}')
  const path = Array.from({ length: 200 }, () => 'a').join('.')
  t.ok(project(source, `deep.${path}`)?.startsWith('{"deep":[{"a":[{"a":'))
  t.doesNotThrow(() => JSON.parse(project(source, `deep.${path}`) ?? ''))
})

t.test('paths that say nothing are no paths', async t => {
  for (const path of ['', '.', '$', ' . ']) t.equal(compileFields([path]), undefined, JSON.stringify(path))
})
