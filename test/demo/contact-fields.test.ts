import t from 'tap'
import { contactCreate, contactPatch, contactQuery } from '../../src/demo/contact-fields.ts'

t.test('a new contact needs a workspace and a name', async t => {
  const least = { workspace_id: 'ws_0123456789abcdef', name: 'N' }
  t.same(contactCreate.parse(least), least)
  t.notOk(contactCreate.safeParse({ name: 'N' }).success)
  t.notOk(contactCreate.safeParse({ ...least, name: null }).success)
  t.notOk(contactCreate.safeParse({ ...least, id: 'con_0123456789abcdef' }).success, 'ids are not chosen')
})

t.test('a change names something, can empty everything but the name, and can’t move the contact', async t => {
  t.same(contactPatch.parse({ email: null, address: null }), { email: null, address: null })
  for (const body of [{}, { name: null }, { workspace_id: 'ws_0123456789abcdef' }]) {
    t.notOk(contactPatch.safeParse(body).success, JSON.stringify(body))
  }
})

t.test('a search has 1 to 100 characters', async t => {
  t.ok(contactQuery.safeParse({ search: 'x'.repeat(100) }).success)
  for (const search of ['', 'x'.repeat(101)]) t.notOk(contactQuery.safeParse({ search }).success)
})
