/** A page of a proxy or a login form with the status 200 is no word of the product: it must not stand for "no roles". */
import t from 'tap'
import { createEntitlementReader } from '../../../src/auth/entitlements/entitlement-reader.ts'

t.test('what is no JSON object or list says nothing of roles', async t => {
  for (const roles of ['roles', 'account.roles', 'roles[].name', '[].name']) {
    const read = createEntitlementReader({ roles })
    for (const body of [undefined, null, '<html>', 'none', 0, false, true]) {
      t.equal(read(body), undefined, `${roles} of ${String(body)}`)
    }
    t.same(read({})?.roles, [], `${roles}: an account may have none`)
  }
})
