import type { LimitConfig } from './schema.ts'

/**
 * What is counted, of which calls and over what time, but not how much is let through: the same text for the same
 * meaning. Counters are named after it, so what was spent stays spent when a limit is moved, lowered or raised.
 */
export function limitIdentity(limit: LimitConfig, kind: 'rate' | 'budget'): string {
  const tools = list(limit.tool)
  const isBucket = kind === 'rate' && limit.burst !== undefined
  return JSON.stringify([
    limit.per,
    list(limit.tier),
    tools.includes('*') ? [] : tools,
    list(limit.scheme),
    kind,
    limit[kind]?.window,
    isBucket,
  ])
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [...new Set([value].flat())].sort()
}
