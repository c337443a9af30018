import type { ApiConfig } from '../../config/schema.ts'
import type { ToolDraft } from '../draft-tool.ts'
import type { LockedTool, LockFile } from './lock-file.ts'
import { matchOperations } from './match-operations.ts'

/** What a lock file says about the tools that are being compiled. */
export interface RecalledTools {
  /** The entry of each tool that has one. */
  readonly entries: ReadonlyMap<ToolDraft, LockedTool>
  /** The names to keep. */
  readonly names: ReadonlyMap<ToolDraft, string>
  /** All names in the file: none goes to another operation. */
  readonly reserved: ReadonlySet<string>
}

/** Finds each tool's entry in the lock file; nothing without one. */
export function recallTools(
  lock: LockFile | undefined,
  apis: readonly ApiConfig[],
  drafts: readonly ToolDraft[],
): RecalledTools {
  const entries = new Map<ToolDraft, LockedTool>()
  const names = new Map<ToolDraft, string>()
  const reserved = new Set<string>()
  for (const api of apis) {
    const locked = lock?.apis.get(api.name)
    if (locked === undefined) continue
    const own = drafts.filter(({ context }) => context.api === api).map(identify)
    for (const [{ draft }, entry] of matchOperations(locked.tools, own)) {
      entries.set(draft, entry)
      // Whoever changes the prefix wants other names.
      if (locked.prefix === api.tools.prefix) names.set(draft, entry.name)
    }
    for (const { name } of locked.tools) reserved.add(name)
  }
  return { entries, names, reserved }
}

function identify(draft: ToolDraft) {
  const { method, path, operationId } = draft.source
  return { method, path, operationId, draft }
}
