/**
 * What this gateway signs for machines is good here, until it ends, for whoever has it: a product must not be shown it,
 * also where somebody pastes it into the sign-in page (MCP "Token Passthrough").
 */
import t from 'tap'
import { createRooms, ISSUER } from '../authorize/rooms.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test('the page refuses it without asking anybody', async t => {
  const { browser, product } = createRooms()
  const own = browser()
  const page = await own.begin()
  const jwt = (iss: string) =>
    `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${encode({ iss, sub: 'mch_1' })}.c2ln`
  for (const field1 of [jwt(ISSUER), `Bearer ${jwt(ISSUER)}`, `${jwt(ISSUER)}=`]) {
    const answer = await own.submit(page.forms[0], { field0: 'ada@acme.example', field1 })
    t.match(answer.html, 'is a token of this gateway')
  }
  t.same(product.asked, [])
  await own.submit(page.forms[0], { field0: 'ada@acme.example', field1: jwt('https://tally.example') })
  t.equal(product.asked.length, 1, 'one of the product’s own is asked about')
})
