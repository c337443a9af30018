import t from 'tap'
import { deriveResource } from '../../../src/catalogue/classify/derive-resource.ts'

t.test('the first tag, as a slug', async t => {
  t.equal(deriveResource(['Invoice Lines', 'x'], '/a'), 'invoice_lines')
  t.equal(deriveResource(['PullRequests'], '/a'), 'pull_requests')
})

t.test('else what the path acts on', async t => {
  for (const [path, resource] of [
    ['/v1/invoices', 'invoices'],
    ['/v1/invoices/{id}', 'invoices'],
    ['/invoices/{id}/send', 'invoices'],
    ['/invoices/{id}/pdf', 'invoices'],
    ['/api/v2/workspaces/{id}/invoices', 'invoices'],
    ['/me', 'me'],
    ['/v1/{id}', 'root'],
    ['/', 'root'],
  ] as const) {
    t.equal(deriveResource([], path), resource, path)
  }
  t.equal(deriveResource(['日本'], '/invoices'), 'invoices', 'a tag without letters for a slug')
})
