import { z } from 'zod'
import { limitSchema } from '../../src/config/schema/limit.ts'
import type { LimitConfig } from '../../src/config/schema.ts'

/** One entry of `limits` as the configuration file has it. */
export type LimitInput = z.input<typeof limitSchema>

/** `limits` as the rest of the program gets it. */
export function makeLimits(...limits: LimitInput[]): LimitConfig[] {
  return z.array(limitSchema).parse(limits)
}
