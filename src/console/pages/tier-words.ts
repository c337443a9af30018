import type { Tier } from '../../catalogue/tool.ts'

/** What tools of a tier do, for people. */
export const TIER_WORDS: Readonly<Record<Tier, string>> = {
  read: 'Look things up',
  write: 'Create and change things',
  manage: 'Do things that are hard to take back',
}
