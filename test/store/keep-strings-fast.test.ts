import t from 'tap'
import { keepStringsFast } from '../../src/store/keep-strings-fast.ts'
import { hasFastMembers } from '../has-fast-members.ts'

t.test('a class that extends String makes all strings slow, and no more once they are kept fast', async t => {
  class First extends String {}
  t.ok(First)
  t.equal(hasFastMembers(String.prototype), false, 'once this fails, nothing has to be kept any more')
  keepStringsFast()
  t.equal(hasFastMembers(String.prototype), true)
  class Second extends String {}
  t.ok(Second)
  t.equal(hasFastMembers(String.prototype), true)
})

t.test('whatever strings have been given', async t => {
  Object.assign(String.prototype, { red: 1 })
  t.teardown(() => Reflect.deleteProperty(String.prototype, 'red'))
  t.doesNotThrow(keepStringsFast)
})
