import t from 'tap'
import { readCookies, writeCookie } from '../../src/oauth/cookies.ts'

t.test('on https a cookie is the host’s own, whoever else of the domain sets one', async t => {
  const header = '__Host-session=ours; session=theirs; __Host-flow=a'
  t.same({ ...readCookies(header, true) }, { session: 'ours', flow: 'a' })
  t.equal(
    writeCookie({ name: 'session', value: 'x', maxAge: 1_500 }, true),
    '__Host-session=x; Max-Age=2; Path=/; HttpOnly; Secure; SameSite=Lax',
  )
})

t.test('on http of this machine there is no such thing', async t => {
  t.same({ ...readCookies('session=x; __Host-session=y', false) }, { session: 'x', '__Host-session': 'y' })
  t.notMatch(writeCookie({ name: 'session', value: 'x' }, false), /Secure|__Host/)
})

t.test('without a value it is deleted', async t => {
  t.match(writeCookie({ name: 'session', value: undefined }, true), /^__Host-session=; Max-Age=0;/)
})

t.test('names of objects are cookies like others', async t => {
  t.equal(readCookies('__proto__=x', false).toString, undefined)
  t.same({ ...readCookies(undefined, true) }, {})
})
