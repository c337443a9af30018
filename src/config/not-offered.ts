/**
 * Keys and kinds that Postern's vocabulary has and this version doesn't. Whoever writes one is told so, instead
 * of being sent looking for a typing mistake.
 */
export const NOT_OFFERED = {
  /** Keys, wherever they are written. */
  keys: new Set(['confirm', 'console', 'telemetry', 'metrics', 'tracing']),
  /** Values of `type`. */
  types: new Set<string>(),
} as const satisfies Record<string, ReadonlySet<string>>
