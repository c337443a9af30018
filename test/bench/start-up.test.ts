import { join } from 'node:path'
import t from 'tap'
import { openApiDocument } from '../../bench/openapi-document.ts'
import { measureStartUp } from '../../bench/start-up.ts'

t.test('starts a gateway with a document, and measures what it adds to a gateway without one', async t => {
  const root = t.testdir({ 'openapi.json': JSON.stringify(openApiDocument(300)), out: {} })
  const measured = await measureStartUp([join(root, 'openapi.json')], 1, join(root, 'out'))
  t.equal(measured.length, 1)
  const [starts] = measured
  const [parsed, served, idle] = [starts?.parsed[0], starts?.served[0], starts?.idle[0]]
  t.equal(starts?.document, 'openapi.json')
  t.same([parsed?.tools, served?.tools, idle?.tools], [0, 300, 1])
  t.ok(Number(served?.ms) > Number(parsed?.ms))
  // The tree and the list are at least that much more than nothing.
  t.ok(Number(served?.bytes) - Number(idle?.bytes) > 200_000, `${served?.bytes} bytes`)
  t.ok(Number(parsed?.bytes) > 100_000, `${parsed?.bytes} bytes`)
})

t.test('a document that can’t be served ends it with the reason', async t => {
  const root = t.testdir({ 'broken.json': '{"openapi":"4.0.0"}', out: {} })
  await t.rejects(measureStartUp([join(root, 'broken.json')], 1, join(root, 'out')), /4\.0\.0/)
})
