import t from 'tap'
import { parsePath } from '../../../src/catalogue/paths/parse-path.ts'
import { splitTemplate } from '../../../src/catalogue/paths/split-template.ts'
import { buildRequest } from '../../../src/upstream/build-request.ts'
import { compileDocument, onlyTool } from '../compile-document.ts'

t.test('what stands behind a path', async t => {
  t.strictSame(splitTemplate('/a/{id}'), { path: '/a/{id}', query: [], isVariant: false })
  t.strictSame(splitTemplate('/a/{id}#share?x=1'), { path: '/a/{id}', query: [], isVariant: true })
  t.strictSame(splitTemplate('/a?beta=true&x=a%20b+c&y#z'), {
    path: '/a',
    query: [
      { name: 'beta', value: 'true' },
      { name: 'x', value: 'a b c' },
      { name: 'y', value: '' },
    ],
    isVariant: true,
  })
  t.strictSame(splitTemplate('/a?id={user}').query, [{ name: 'id', value: { parameter: 'user' } }])
  t.strictSame(splitTemplate('/a{?page,limit}{&sort}'), { path: '/a', query: [], isVariant: false })
  t.strictSame(splitTemplate('/a?x=%'), { path: '/a', query: [{ name: 'x', value: '%' }], isVariant: true })
  t.strictSame(parsePath('/a/{id}.pdf?beta=true#x'), ['/a/', { parameter: 'id' }, '.pdf'])
})

const schema = { type: 'string' }

t.test('operations that a fragment or a query tells apart are tools of their own', async t => {
  const paths = {
    '/files/{id}': { put: { operationId: 'update' } },
    '/files/{id}#share': { put: { operationId: 'share' } },
    '/files/{id}?beta=true': { put: { operationId: 'update_beta' } },
  }
  const { tools, report } = compileDocument({ paths })
  t.same(
    report.map(({ outcome }) => outcome),
    ['exposed', 'exposed', 'exposed'],
  )
  t.same(
    tools.map(({ plan }) => buildRequest(plan, { id: '7' }).path),
    ['/files/7', '/files/7', '/files/7?beta=true'],
  )
  for (const tool of tools) t.strictSame(tool.validate({ id: '7' }), [], 'no operation is another’s rival')
})

t.test('names in the path’s query that stand for parameters are arguments; fixed ones are not', async t => {
  const parameters = [
    { name: 'beta', in: 'query', required: true, schema },
    { name: 'user', in: 'path', required: true, schema: { type: 'integer' } },
    { name: 'q', in: 'query', schema },
  ]
  const operation = { operationId: 'op', parameters }
  const path = '/search?beta=true&id={user}&q={q}&free={free}'
  const tool = onlyTool(compileDocument({ paths: { [path]: { get: operation } } }))
  t.match(tool.inputSchema, {
    properties: { id: { type: 'integer' }, q: schema, free: schema },
    required: ['id', 'free'],
  })
  t.equal(
    buildRequest(tool.plan, { id: 3, q: 'a b', free: '&x=1' }).path,
    '/search?beta=true&id=3&q=a%20b&free=%26x%3D1',
  )
})
