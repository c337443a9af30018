import t from 'tap'
import { oncePer } from '../../src/oauth/once-per.ts'

t.test('an answer is made once for each object, however many there are', async t => {
  let made = 0
  const answerTo = oncePer(({ name }: { readonly name: string }) => ({ name, number: ++made }))
  const [a, b] = [{ name: 'a' }, { name: 'b' }]
  t.same(
    [answerTo(a), answerTo(b), answerTo(a), answerTo(b)].map(({ name, number }) => name + number),
    ['a1', 'b2', 'a1', 'b2'],
  )
  t.equal(answerTo({ name: 'a' }).number, 3, 'another object of the same content is another one')
})

t.test('what could not be made is tried again', async t => {
  let tries = 0
  const answerTo = oncePer((_: object) => {
    if (++tries === 1) throw new Error('not yet')
    return { tries }
  })
  const part = {}
  t.throws(() => answerTo(part), { message: 'not yet' })
  t.same(answerTo(part), { tries: 2 })
})
