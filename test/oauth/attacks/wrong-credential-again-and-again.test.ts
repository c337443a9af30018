/**
 * A wrong credential that is typed again is no further guess, and is not counted. It must not become a question to the
 * product each time either, or this page is a way to flood the product from behind its own limits.
 */
import t from 'tap'
import { createRooms } from '../authorize/rooms.ts'

t.test('the product is asked about it once in some seconds', async t => {
  const { browser, product, clock } = createRooms()
  const own = browser()
  const page = await own.begin()
  const type = (field1: string) => own.submit(page.forms[0], { field0: 'ada@acme.example', field1 })
  for (let count = 0; count < 50; count++) t.equal((await type('wrong')).status, 403)
  t.equal(product.asked.length, 1)
  product.good.add('wrong')
  clock.now += 5_000
  t.match(await type('wrong'), { location: /^\/oauth\/consent/ }, 'whoever has had it unlocked goes on soon')
  t.equal((await own.begin({ prompt: 'login' })).status, 200)
})
