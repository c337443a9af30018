import { type ConfigProblem, formatPath } from '../../config/problem.ts'
import type { ApiConfig } from '../../config/schema.ts'
import type { ToolDraft } from '../draft-tool.ts'
import type { OperationReport } from '../tool.ts'
import { findRisks } from './find-risks.ts'
import type { LockedTool, LockFile } from './lock-file.ts'
import { factsOfDraft } from './tool-facts.ts'

/**
 * Why tools stay hidden under `approve: riskier`: they can do more than the lock file says. A tool that the lock
 * file doesn't know is new, not riskier than before, and stays; include, exclude and scopes are for those.
 *
 * @param names - the tools' final names, for the command that approves
 */
export function holdRiskier(
  entries: ReadonlyMap<ToolDraft, LockedTool>,
  names: ReadonlyMap<ToolDraft, string>,
): ReadonlyMap<ToolDraft, string> {
  const held = new Map<ToolDraft, string>()
  for (const [draft, entry] of entries) {
    if (draft.context.api.approve !== 'riskier') continue
    const risks = findRisks(entry, factsOfDraft(draft))
    if (risks.length === 0) continue
    const name = names.get(draft) ?? entry.name
    held.set(draft, `${HELD}: ${risks.join(', ')}; \`postern lock --approve ${name}\` approves it`)
  }
  return held
}

const HELD = 'riskier than the lock file says'

/** Whether an operation is hidden for that reason. */
export function isHeld({ outcome, reasons }: OperationReport): boolean {
  return outcome === 'excluded' && reasons.some(reason => reason.startsWith(HELD))
}

/** APIs for which `approve: riskier` can do nothing, since nothing says what was approved. */
export function missingApprovals(
  lock: LockFile | undefined,
  apis: readonly ApiConfig[],
): readonly ConfigProblem[] {
  return apis.flatMap(({ name, approve }, index) => {
    if (approve !== 'riskier' || lock?.apis.has(name)) return []
    const message =
      lock === undefined
        ? 'there is no lock file, so no tool is held back'
        : 'the lock file does not know this API'
    const path = formatPath(['apis', index, 'approve'])
    return Object.freeze({
      path,
      message,
      fix: 'run `postern lock` and keep its file beside the configuration',
    })
  })
}
