import type { OperationReport } from '../tool.ts'
import type { Remark, Severity } from './finding.ts'

const MEND = 'mend the document, with an overlay for example, or exclude the operation'

/** What the catalogue's report says about one operation, taken apart into what is the matter and what to do. */
export function lintOutcome({ outcome, reasons }: Pick<OperationReport, 'outcome' | 'reasons'>): Remark[] {
  return reasons.map(reason => {
    const { rule, severity } = kindOf(outcome, reason)
    const { message, fix } = takeApart(reason)
    return {
      rule,
      severity,
      message: rule === outcome ? `${outcome}: ${message}` : message,
      fix: fix ?? fixOf(rule),
    }
  })
}

function kindOf(outcome: OperationReport['outcome'], reason: string): { rule: string; severity: Severity } {
  if (outcome === 'skipped') return { rule: 'skipped', severity: 'error' }
  if (outcome === 'excluded') return { rule: 'excluded', severity: 'info' }
  if (/^x-mcp in the document (makes|lets)/.test(reason))
    return { rule: 'tier-from-document', severity: 'warning' }
  if (/derived as (read|write|manage)/.test(reason)) return { rule: 'tier-from-name', severity: 'info' }
  return outcome === 'degraded'
    ? { rule: 'degraded', severity: 'warning' }
    : { rule: 'remark', severity: 'info' }
}

/** Reasons are written `what is the matter; what to do`; where it goes on with a consequence, that is no advice. */
function takeApart(reason: string): { message: string; fix: string | undefined } {
  const semicolon = reason.indexOf('; ')
  const rest = reason.slice(semicolon + 2)
  if (semicolon < 0 || /^(it|its|they|that|this|the|each|only) /i.test(rest))
    return { message: reason, fix: undefined }
  return { message: reason.slice(0, semicolon), fix: rest }
}

function fixOf(rule: string): string {
  if (rule === 'skipped' || rule === 'degraded') return MEND
  if (rule === 'tier-from-name') return 'set `tier` in a rule if the name misleads'
  return ''
}
