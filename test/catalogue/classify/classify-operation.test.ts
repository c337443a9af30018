import t from 'tap'
import { classifyOperation } from '../../../src/catalogue/classify/classify-operation.ts'

const classify = (method: string, path: string, operationId?: string) =>
  classifyOperation({ method, path, operationId })
const tier = (method: string, path: string, operationId?: string) => classify(method, path, operationId).tier
const hints = (readOnly: boolean, destructive: boolean, idempotent: boolean, openWorld: boolean) => ({
  readOnly,
  destructive,
  idempotent,
  openWorld,
})

t.test('the method decides', async t => {
  t.match(classify('GET', '/invoices'), { tier: 'read', hints: hints(true, false, true, false) })
  t.match(classify('HEAD', '/invoices'), { tier: 'read', hints: hints(true, false, true, false) })
  t.match(classify('POST', '/invoices'), { tier: 'write', hints: hints(false, false, false, false) })
  t.match(classify('PUT', '/invoices/{id}'), { tier: 'write', hints: hints(false, true, true, false) })
  t.match(classify('PATCH', '/invoices/{id}'), { tier: 'write', hints: hints(false, true, false, false) })
  t.match(classify('DELETE', '/invoices/{id}'), { tier: 'manage', hints: hints(false, true, true, false) })
})

t.test('actions are managed, by the last segment or the operationId', async t => {
  const send = hints(false, false, false, true)
  t.match(classify('POST', '/invoices/{id}/send'), { tier: 'manage', hints: send, reason: /“send”/ })
  t.match(classify('POST', '/mail', 'sendInvoice'), { tier: 'manage', hints: send })
  t.match(classify('POST', '/invoices/{id}:send'), { tier: 'manage', hints: send })
  t.match(classify('POST', '/i/{id}/cancel'), { tier: 'manage', hints: hints(false, true, false, false) })
  for (const [path, operationId] of [
    ['/invoices/{id}/issue', undefined],
    ['/invoices/{id}/mark-paid', undefined],
    ['/invoices/{id}/status', 'markInvoicePaid'],
    ['/invoices/{id}/status', 'mark_paid'],
    ['/x', 'InvoicesController_publish'],
    ['/x', 'invoices/refund'],
    ['/x', 'invoices.approve'],
    ['/charges', 'createCharge'],
    ['/invitations', undefined],
    ['/users/{id}/delete', undefined],
  ] as const) {
    t.equal(tier('POST', path, operationId), 'manage', `${path} ${operationId}`)
  }
  t.equal(tier('PUT', '/posts/{id}/publish'), 'manage')
})

t.test('nouns that look like verbs are none', async t => {
  t.equal(tier('POST', '/repos/{owner}/{repo}/issues', 'issues/create'), 'write')
  t.equal(tier('POST', '/orders/{id}/items', 'addItem'), 'write')
  t.equal(tier('GET', '/invoices/{id}/refund', 'getRefund'), 'read')
  t.equal(tier('GET', '/messages/{id}/issue'), 'read')
})

t.test('a POST that only searches is a read where its name says so, and the reason is given', async t => {
  t.match(classify('POST', '/invoices/search'), {
    tier: 'read',
    hints: hints(true, false, true, false),
    reason: /“search”/,
  })
  t.equal(tier('POST', '/q', 'searchInvoices'), 'read')
  for (const [path, operationId] of [
    ['/searches', 'createSearch'],
    ['/search', 'createSearch'],
    ['/search', 'saveSearch'],
    ['/users', 'findOrCreateUser'],
    ['/token', 'getToken'],
    ['/search/delete', undefined],
    ['/research', undefined],
  ] as const) {
    t.not(tier('POST', path, operationId), 'read', `${path} ${operationId}`)
  }
  t.equal(tier('PUT', '/invoices/search'), 'write')
})

t.test('a GET whose name says that it changes something is no read', async t => {
  t.match(classify('GET', '/users/{id}/delete'), {
    tier: 'manage',
    hints: { readOnly: false, destructive: true },
  })
  t.match(classify('GET', '/x', 'sendReminder'), {
    tier: 'manage',
    hints: { readOnly: false, openWorld: true },
  })
  t.match(classify('GET', '/user/logout', 'logoutUser'), { tier: 'manage', reason: /“logout”/ })
})
