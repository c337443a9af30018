import { HINTS, type LockedTool, type LockFile } from './lock-file.ts'

/**
 * The lock file's text: sorted, one member per line and one entry per tool, so that a change of one tool is a change
 * of few lines. The same content always yields the same text.
 */
export function renderLock(lock: LockFile): string {
  const apis = [...lock.apis]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, { prefix, tools }]) => ({
      name,
      prefix,
      tools: tools.toSorted((a, b) => compare(a.name, b.name)).map(entryOf),
    }))
  return `${JSON.stringify({ lockVersion: 1, apis }, null, 2)}\n`
}

/** Members without a value are left out. */
function entryOf(tool: LockedTool): object {
  const words = (list: readonly string[]) => (list.length === 0 ? undefined : list.join(' '))
  return {
    name: tool.name,
    operation: `${tool.method} ${tool.path}`,
    operationId: tool.operationId,
    tier: tool.tier,
    hints: words(HINTS.filter(hint => tool.hints[hint])),
    scopes: words(tool.scopes),
    when: tool.when,
    bound: words(tool.bound),
    asked: words(tool.asked),
    confirm: tool.confirm,
    isCallable: tool.isCallable ? undefined : false,
    arguments: words(tool.arguments.map(({ name, required }) => (required ? name : `${name}?`))),
    origin: tool.origin,
    schema: tool.schema,
  }
}

/** By code units, whatever the machine's language is. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
