import t from 'tap'
import type { OperationReport } from '../../src/catalogue/tool.ts'
import { PosternError } from '../../src/errors.ts'
import { refuseUnmatchedLimits } from '../../src/limits/refuse-unmatched-limits.ts'
import { makeTool } from '../policy/make-tool.ts'
import { makeLimits } from './make-limits.ts'

const tools = [makeTool('get_invoice', 'read:invoices'), makeTool('send_invoice', 'manage:invoices')]

function refuse(tool: string | string[], report: readonly OperationReport[] = []): unknown {
  const limits = [...makeLimits({ per: 'subject', rate: '1/s' }, { per: 'subject', tool, rate: '1/min' })]
  try {
    refuseUnmatchedLimits({ file: 'postern.yaml', limits }, { tools, report })
    return undefined
  } catch (error) {
    return error
  }
}

t.test('a limit on tools that are there is fine', async t => {
  for (const tool of ['get_invoice', '*', 'send_*', '*invoice', ['get_invoice', 'send_invoice']]) {
    t.equal(refuse(tool), undefined, String(tool))
  }
})

t.test('a limit on a tool that is not there would limit nothing', async t => {
  for (const tool of ['get_invoices', 'get_', 'Get_invoice', 'pay_*', ['get_invoice', 'get_invoices']]) {
    const error = refuse(tool)
    if (!(error instanceof PosternError)) throw new Error(`${tool} passes`)
    t.match(error, { code: 'configuration_invalid', data: { problems: [{ path: 'limits[1].tool' }] } })
  }
})

t.test('unless it may be one that waits for approval', async t => {
  const held: OperationReport = {
    api: 'billing',
    pointer: '#',
    method: 'POST',
    path: '/pay',
    operationId: 'pay',
    outcome: 'excluded',
    tool: undefined,
    reasons: ['riskier than the lock file says: …'],
  }
  t.equal(refuse('pay_invoice', [held]), undefined)
  t.ok(refuse('pay_invoice', [{ ...held, reasons: [] }]))
})
