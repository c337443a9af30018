/**
 * An administrator revokes everything of somebody in the moment between the question whether they may go on and the
 * grant that follows from their yes. The word is younger than the answer that they gave, so it ends the grant.
 */
import t from 'tap'
import { createRooms, formWith, PROXY_WAY } from '../authorize/rooms.ts'

const BY_PROXY = { peer: '10.0.0.1', headers: { 'x-user': 'u-1', 'sec-fetch-site': 'none' } }

/** Rooms in which everything of `u-1` is revoked as soon as their client is noted as used, which is after all checks. */
function overtaken() {
  const oauth = { signIn: [PROXY_WAY], rememberConsent: '1h' }
  const rooms = createRooms({ oauth })
  const state = { isOvertaken: false }
  const noteUsed = rooms.clients.noteUsed
  rooms.clients.noteUsed = async client => {
    await noteUsed(client)
    if (!state.isOvertaken) return
    const word = {
      kind: 'subject',
      value: 'u-1',
      recheck: false,
      until: undefined,
      reason: undefined,
    } as const
    await rooms.store.revoke({ ...word, at: rooms.clock.now })
  }
  return { rooms, state }
}

t.test('an approval', async t => {
  const { rooms, state } = overtaken()
  const browser = rooms.browser()
  const form = formWith(await browser.begin({}, BY_PROXY), 'approve')
  state.isOvertaken = true
  t.match(
    await browser.submit(form, { decision: 'approve' }, { peer: '10.0.0.1', headers: { 'x-user': 'u-1' } }),
    {
      status: 200,
    },
  )
  t.same(await rooms.grants.page({ limit: 9 }), [], 'nothing of it is alive')
})

t.test('a remembered approval', async t => {
  const { rooms, state } = overtaken()
  const browser = rooms.browser()
  const form = formWith(await browser.begin({}, BY_PROXY), 'approve')
  await browser.submit(form, { decision: 'approve' }, { peer: '10.0.0.1', headers: { 'x-user': 'u-1' } })
  t.equal((await rooms.grants.page({ limit: 9 })).length, 1)
  state.isOvertaken = true
  t.match((await browser.begin({}, BY_PROXY)).location, 'code=')
  t.same(await rooms.grants.page({ limit: 9 }), [])
})
