/**
 * Browsers fetch, and even draw, what somebody is about to open: an address of the history while it is being typed. Such
 * a request says that nobody sent it, and nobody has pressed anything either: a remembered approval does not count.
 */
import t from 'tap'
import { authorizePath, CLAUDE, createRooms, formWith } from '../authorize/rooms.ts'

t.test('what is only looked at ahead gives no code', async t => {
  const { browser, grants } = createRooms({ oauth: { rememberConsent: '30d' } })
  const own = browser()
  const page = await own.toConsent()
  await own.submit(formWith(page, 'approve'), { decision: 'approve' })
  const open = (headers: Readonly<Record<string, string>>) =>
    own.get(authorizePath(), { headers: { 'sec-fetch-site': 'none', ...headers } })
  const aheads: readonly Readonly<Record<string, string>>[] = [
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
  ]
  for (const ahead of aheads)
    t.match(await open(ahead), { location: /^\/oauth\/consent\?flow=/ }, JSON.stringify(ahead))
  t.equal((await grants.page({ limit: 9 })).length, 1)
  t.match((await open({})).location, `${CLAUDE}?code=`, 'who opens it goes on')
})
