import type { ApiConfig } from '../../config/schema.ts'
import type { Catalogue, Tool } from '../tool.ts'
import { findRisks } from './find-risks.ts'
import type { LockedTool, LockFile } from './lock-file.ts'
import { matchOperations } from './match-operations.ts'
import { lockedToolOf } from './tool-facts.ts'

/** A tool that stays hidden until somebody approves it. */
export interface PendingTool {
  readonly name: string
  readonly api: string
  readonly operation: string
  readonly risks: readonly string[]
}

/** The lock file as it should be now. */
export interface UpdatedLock {
  readonly lock: LockFile
  /** Riskier tools of APIs with `approve: riskier` that were not approved; their entries are as they were. */
  readonly pending: readonly PendingTool[]
  /** Names of the riskier tools that were. */
  readonly approved: readonly string[]
}

/**
 * Brings a lock file up to date: new tools are added, changed ones written anew, operations that no document has any
 * more are forgotten. What `approve: riskier` holds back keeps its entry unless it is approved, and so does what is
 * skipped or excluded for now.
 *
 * @param catalogue - compiled for the purpose `approve`, with `before` as its lock file
 * @param isApproved - whether the tool of this name is approved
 */
export function updateLock(
  before: LockFile | undefined,
  catalogue: Pick<Catalogue, 'tools' | 'report'>,
  apis: readonly ApiConfig[],
  isApproved: (name: string) => boolean,
): UpdatedLock {
  const pending: PendingTool[] = []
  const approved: string[] = []
  const entryOf = (tool: Tool, api: ApiConfig, earlier: LockedTool | undefined): LockedTool => {
    const entry = lockedToolOf(tool, api)
    const risks = api.approve === 'off' || earlier === undefined ? [] : findRisks(earlier, entry)
    if (earlier === undefined || risks.length === 0) return entry
    if (isApproved(tool.name)) {
      approved.push(tool.name)
      return entry
    }
    pending.push({ name: tool.name, api: api.name, operation: `${entry.method} ${entry.path}`, risks })
    return { ...earlier, name: tool.name }
  }
  const names = new Set(catalogue.tools.map(({ name }) => name))
  const entries = apis.map(api => {
    const earlier = before?.apis.get(api.name)?.tools ?? []
    const tools = catalogue.tools
      .filter(tool => tool.api === api.name)
      .map(tool => ({ ...tool.operation, tool }))
    const found = matchOperations(earlier, tools)
    const used = new Set(found.values())
    const absent = catalogue.report.filter(one => one.api === api.name && one.tool === undefined)
    const idle = matchOperations(
      earlier.filter(entry => !used.has(entry) && !names.has(entry.name)),
      absent,
    )
    const all = [...tools.map(one => entryOf(one.tool, api, found.get(one))), ...idle.values()]
    return [api.name, { prefix: api.tools.prefix, tools: all }] as const
  })
  return { lock: { apis: new Map(entries) }, pending, approved }
}
