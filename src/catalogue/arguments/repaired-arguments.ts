import type { JsonObject } from '../tool.ts'

/** What was done to a value, see `propose-repair.ts`; `unwrapped` to all arguments. */
export type RepairKind = 'json' | 'number' | 'boolean' | 'enum' | 'text' | 'list' | 'dropped' | 'unwrapped'

/** Arguments as they must have been meant. */
export interface RepairedArguments {
  /** A copy; valid. */
  readonly args: JsonObject
  /** How many values were repaired, by kind. */
  readonly repairs: Readonly<Partial<Record<RepairKind, number>>>
}
