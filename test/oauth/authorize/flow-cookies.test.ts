import t from 'tap'
import {
  flowCookie,
  flowSecret,
  makeRoomForFlow,
  newFlowCookie,
  withoutFlowCookie,
  withoutFlows,
} from '../../../src/oauth/authorize/flow-cookies.ts'

const MINUTE = 60_000
const SECRET = 's'.repeat(32)

t.test('a flow has a cookie of its own, which does not name it', async t => {
  const flow = 'f'.repeat(32)
  const { secret, cookie } = newFlowCookie(flow, 5_000, MINUTE)
  t.match(secret, /^[\w-]{32}$/)
  t.match(cookie, { name: /^flow_[\w-]{16}$/, value: `${secret}.5`, maxAge: MINUTE })
  t.notMatch(JSON.stringify(cookie), flow.slice(0, 8))
  t.equal(flowSecret(flow, { [cookie.name]: cookie.value }), secret)
  t.equal(flowSecret('g'.repeat(32), { [cookie.name]: cookie.value }), undefined)
  t.not(newFlowCookie(flow, 5_000, MINUTE).secret, secret)
  t.same(withoutFlowCookie(flow), { name: cookie.name, value: undefined })
})

t.test('whatever is no such value is no secret', async t => {
  const { name } = flowCookie('f', SECRET, 0, MINUTE)
  for (const value of [
    '',
    SECRET,
    `${SECRET}.`,
    `${SECRET}x.1`,
    `${SECRET}.1.2`,
    `${SECRET}.-1`,
    ` ${SECRET}.1`,
  ])
    t.equal(flowSecret('f', { [name]: value }), undefined, value)
})

t.test('the oldest makes room, malformed ones first, and other cookies stay', async t => {
  const flows = [3, 1, 2, 4, 5, 6, 7, 8]
  const cookies = Object.fromEntries(
    flows.map(at => {
      const { name, value } = flowCookie(`flow ${at}`, SECRET, at * 1_000, MINUTE)
      return [name, value]
    }),
  )
  const nameOf = (at: number) => flowCookie(`flow ${at}`, SECRET, 0, MINUTE).name
  t.same(makeRoomForFlow({ session: 'x', ...cookies }), [{ name: nameOf(1), value: undefined }])
  const { [nameOf(1)]: _, ...seven } = cookies
  t.same(makeRoomForFlow({ session: 'x', ...seven }), [])
  const broken = { ...cookies, [`flow_${'z'.repeat(16)}`]: 'broken' }
  t.same(
    makeRoomForFlow(broken).map(({ name }) => name),
    [`flow_${'z'.repeat(16)}`, nameOf(1)],
  )
})

t.test('who signs out leaves no flow', async t => {
  const { name, value } = flowCookie('f', SECRET, 0, MINUTE)
  t.same(withoutFlows({ session: 'x', [name]: value, flow_short: 'x' }), [{ name, value: undefined }])
})
