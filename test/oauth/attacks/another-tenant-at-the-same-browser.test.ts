/**
 * The proxy says with each request who is at the browser. Whoever comes after somebody with the same user number of
 * another organisation, or has lost a role since, must not go on with what the session remembers.
 */
import t from 'tap'
import { createRooms, formWith } from '../authorize/rooms.ts'

const WAY = {
  ...{ type: 'proxy', from: ['10.0.0.1'] },
  ...{ subject: 'X-User', organization: 'X-Org', roles: 'X-Roles' },
}

function by(user: string, org: string, roles: string) {
  return { peer: '10.0.0.1', headers: { 'x-user': user, 'x-org': org, 'x-roles': roles } }
}

t.test('a session is of one person, organisation and roles', async t => {
  const { browser } = createRooms({ oauth: { signIn: [WAY] } })
  const own = browser()
  const page = await own.begin({}, by('42', 'org-1', 'admin, staff'))
  t.match(page.html, 'org-1')
  for (const other of [
    by('42', 'org-2', 'admin, staff'),
    by('42', '', 'admin, staff'),
    by('43', 'org-1', ''),
  ])
    t.match(await own.submit(formWith(page, 'approve'), { decision: 'approve' }, other), {
      status: 303,
      location: /^\/oauth\/sign-in\?flow=/,
    })
  const again = await own.begin({}, by('42', 'org-2', 'staff'))
  t.match(again.html, 'org-2', 'whoever is there now is asked')
})

t.test('so is the way to an approval', async t => {
  const { browser, grants } = createRooms({ oauth: { signIn: [WAY] } })
  const own = browser()
  const page = await own.begin({}, by('42', 'org-1', 'admin, staff'))
  const approve = (who: ReturnType<typeof by>) =>
    own.submit(formWith(page, 'approve'), { decision: 'approve' }, who)
  t.match(await approve(by('42', 'org-1', 'staff')), { location: /^\/oauth\/sign-in/ }, 'a role less')
  t.same(await grants.page({ limit: 9 }), [])
  const anew = await own.begin({}, by('42', 'org-1', 'staff'))
  t.match(
    await own.submit(formWith(anew, 'approve'), { decision: 'approve' }, by('42', 'org-1', 'staff, more')),
    {
      status: 200,
    },
  )
  t.match(await grants.page({ limit: 9 }), [{ subject: '42', organization: 'org-1', roles: ['staff'] }])
})
