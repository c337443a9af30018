import t from 'tap'
import { newId, seededId } from '../../src/demo/identifier.ts'

t.test('ids have their prefix and 16 hex digits', async t => {
  t.match(newId('inv'), /^inv_[0-9a-f]{16}$/)
  t.match(seededId('con', 'x'), /^con_[0-9a-f]{16}$/)
})

t.test('new ids differ, seeded ones do not', async t => {
  t.not(newId('ws'), newId('ws'))
  t.equal(seededId('ws', 'studio'), 'ws_f3173b47fcb1502a')
  t.not(seededId('ws', 'a').slice(3), seededId('con', 'a').slice(4))
})
