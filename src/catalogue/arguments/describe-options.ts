import type { JsonObject } from '../tool.ts'

/** What describing a problem needs besides the error. */
export interface DescribeOptions {
  /** The exact schema, which the errors are about. */
  readonly schema: JsonObject
  /** The advertised schema, whose examples the model knows. */
  readonly inputSchema: JsonObject
  /** Asked with names, indexes as `*`. */
  readonly isSensitive: (path: readonly string[]) => boolean
  /** Whether a value satisfies a part of the exact schema. */
  readonly fits: (schema: unknown, value: unknown) => boolean
}
