import t from 'tap'
import { compileDocument } from '../compile-document.ts'

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
const get = (operationId: string, parameters: object[] = []) => ({ get: { operationId, parameters } })

t.test('a path argument can’t turn the call into another operation', async t => {
  const { byName } = compileDocument(
    {
      paths: {
        '/invoices/{id}': get('getInvoice', [id]),
        '/invoices/export': get('exportInvoices'),
        '/invoices/{id}/lines': get('listLines', [id]),
        '/invoices/{id}.pdf': get('getPdf', [id]),
        '/invoices/{id}/{part}': get('getPart', [id, { ...id, name: 'part' }]),
      },
    },
    { api: { tools: { exclude: [{ operation: 'exportInvoices' }] } } },
  )
  const invoice = byName.get('get_invoice')
  t.strictSame(invoice?.validate({ id: 'in_17' }), [])
  t.match(
    invoice?.validate({ id: 'export' }),
    [{ path: '/id', expected: /another operation/, received: /not shown/ }],
    'even an excluded one; and it is not said to be missing',
  )
  t.equal(invoice?.validate({ id: 'EXPORT' }).length, 1, 'nor in another case')
  t.equal(invoice?.validate({ id: 'x.pdf' }).length, 1)
  t.equal(byName.get('get_part')?.validate({ id: 'a', part: 'lines' }).length, 1)
  t.strictSame(byName.get('get_part')?.validate({ id: 'a', part: 'total' }), [])
  t.strictSame(byName.get('list_lines')?.validate({ id: 'export' }), [])
})

t.test('a path argument of any form can’t either', async t => {
  const any = { ...id, schema: {} }
  const { byName } = compileDocument({
    paths: {
      '/a/{id}': get('getA', [any]),
      '/a/{id}.pdf': get('getPdf', [any]),
      '/a/Export': get('exportAll'),
      '/a/r,1': get('getR'),
      '/a/[[1]]': get('getNested'),
      '/b/{id}': get('getB', [{ ...any, style: 'label' }]),
      '/b/.hidden': get('getHidden'),
    },
  })
  const values = [
    { x: 'y.pdf' },
    ['a', 'b.pdf'],
    'x.PDF',
    'ｅｘｐｏｒｔ',
    'export;v=1',
    ' export',
    { r: 1 },
    ['r', '1'],
    [[1]],
  ]
  for (const value of values) {
    t.match(
      byName.get('get_a')?.validate({ id: value }),
      [{ expected: /another operation/ }],
      JSON.stringify(value),
    )
  }
  t.strictSame(byName.get('get_a')?.validate({ id: ['a', 'b'] }), [])
  t.strictSame(byName.get('get_a')?.validate({ id: 'a;b' }), [])
  t.equal(byName.get('get_b')?.validate({ id: 'hidden' }).length, 1)
  t.strictSame(byName.get('export_all')?.validate({}), [])
})

t.test('other methods of the same path do not count', async t => {
  const { byName } = compileDocument({
    paths: { '/a/{id}': get('getA', [id]), '/a/run': { post: { operationId: 'runA' } } },
  })
  t.strictSame(byName.get('get_a')?.validate({ id: 'run' }), [])
})

t.test('a bound part of the path matches no literal', async t => {
  const org = { ...id, name: 'org' }
  const { byName } = compileDocument(
    { paths: { '/orgs/{org}/x/{id}': get('getX', [org, id]), '/orgs/mine/x/all': get('all') } },
    {
      api: { tools: { rules: [{ match: { operation: 'getX' }, bind: { org: 'principal.organization' } }] } },
    },
  )
  t.strictSame(byName.get('get_x')?.validate({ id: 'all' }), [])
})

t.test('free query names can’t overwrite a parameter or a credential', async t => {
  const { byName } = compileDocument(
    {
      components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'api_key' } } },
      paths: {
        '/a': get('listA', [
          { name: 'filter', in: 'query', schema: { type: 'object' } },
          { name: 'org', in: 'query', schema: { type: 'string' } },
        ]),
      },
    },
    {
      api: { tools: { rules: [{ match: { operation: 'listA' }, bind: { org: 'principal.organization' } }] } },
    },
  )
  const tool = byName.get('list_a')
  t.strictSame(tool?.validate({ filter: { color: 'red', filter: 'x' } }), [])
  t.match(tool?.validate({ filter: { org: 'other' } }), [{ path: '/filter/org' }])
  t.match(tool?.validate({ filter: { api_key: 'stolen' } }), [{ path: '/filter/api_key' }])
})
