/** Whoever has a credential that is refused can't fill the log with it. */
import t from 'tap'
import { type ReportedRefusal, reportFailures } from '../../src/call-tool/report-failures.ts'
import { PosternError } from '../../src/errors.ts'
import { makeTool } from '../policy/make-tool.ts'

const GET = makeTool('get_a', 'read:a')
const PUT = makeTool('put_a', 'write:a')

function reports() {
  const clock = { now: 1_000_000 }
  const refused: ReportedRefusal[] = []
  const failed: unknown[] = []
  const report = reportFailures({
    refused: refusal => refused.push(refusal),
    failed: (error, { name }) => failed.push([error, name]),
    now: () => clock.now,
  })
  return { clock, refused, failed, report }
}

const denied = () =>
  new PosternError('access_denied', { detail: 'bind org: principal.organization gave null' })

t.test('a refusal is told of without its error, and then counted', async t => {
  const { clock, refused, failed, report } = reports()
  for (let index = 0; index < 1_000; index++) {
    report(denied(), { requestId: `r${index}`, name: `uri:${index}` }, GET)
    clock.now += 20
  }
  t.same(refused, [
    {
      code: 'access_denied',
      detail: 'bind org: principal.organization gave null',
      tool: 'get_a',
      requestId: 'r0',
      leftOut: 0,
    },
  ])
  clock.now += 60_000
  report(denied(), { requestId: 'later', name: 'get_a' }, GET)
  t.match(refused[1], { requestId: 'later', leftOut: 999 })
  t.equal(refused.length, 2)
  t.same(failed, [])
})

t.test('tools and codes are told apart', async t => {
  const { refused, report } = reports()
  const call = { requestId: 'r', name: 'x' }
  for (const tool of [GET, PUT, GET, PUT]) report(denied(), call, tool)
  report(new PosternError('invalid_request_state', { detail: 'no signature' }), call, GET)
  t.same(
    refused.map(({ code, tool }) => [code, tool]),
    [
      ['access_denied', 'get_a'],
      ['access_denied', 'put_a'],
      ['invalid_request_state', 'get_a'],
    ],
  )
})

t.test('what fails by itself is told of each time, as it is', async t => {
  const { refused, failed, report } = reports()
  const errors = [
    new Error('a bug'),
    new PosternError('upstream_unreachable', { detail: 'ECONNREFUSED' }),
    new PosternError('internal_error', { detail: 'x' }),
  ]
  for (const error of [...errors, ...errors]) report(error, { requestId: 'r', name: 'get_a' }, GET)
  report(denied(), { requestId: 'r', name: 'early' })
  t.same(refused, [])
  t.same(
    failed.map(one => Array.isArray(one) && one[1]),
    [...Array.from({ length: 6 }, () => 'get_a'), 'early'],
  )
})
