import t from 'tap'
import { compileSelector } from '../../../src/catalogue/classify/match-selector.ts'

const operation = {
  operationId: 'list.Invoices',
  method: 'GET',
  path: '/v1/orgs/{org_id}/invoices',
  tags: ['Billing', 'v1'],
  deprecated: false,
  pointer: '#',
}
const path = (glob: string, of = operation.path) =>
  compileSelector({ path: glob })({ ...operation, path: of })

t.test('path globs', async t => {
  for (const glob of [
    '/v1/orgs/{org_id}/invoices',
    '/v1/**',
    '/**',
    '**',
    '/**/invoices',
    '/v1/*/*/inv*',
    '/v1/orgs/{org_id}/**',
  ]) {
    t.ok(path(glob), glob)
  }
  for (const glob of [
    '/v1',
    '/v1/*',
    '/v2/**',
    '/v1/orgs/*',
    '/v1/orgs/{org_id}/invoice',
    'invoices',
    '/v1/orgs/.org_id./invoices',
  ]) {
    t.notOk(path(glob), glob)
  }
  t.ok(path('/contacts/**', '/contacts'), 'no segment is any number too')
  t.notOk(path('/contacts/**', '/contactsx'))
})

t.test('tags, operationIds, method and deprecation; all given must match', async t => {
  t.ok(compileSelector({ tag: 'Bill*' })(operation))
  t.notOk(compileSelector({ tag: 'bill*' })(operation))
  t.ok(compileSelector({ operation: 'list.*' })(operation))
  t.notOk(compileSelector({ operation: 'listx*' })(operation), 'a dot is a dot')
  t.ok(compileSelector({ method: 'GET', deprecated: false, tag: 'v1' })(operation))
  t.notOk(compileSelector({ method: 'GET', tag: 'v2' })(operation))
  t.notOk(compileSelector({ operation: 'a*' })({ ...operation, operationId: undefined }))
})
