/**
 * Keys that Postern's vocabulary has and this version doesn't, wherever they are written. Whoever writes one is told so,
 * instead of being sent looking for a typing mistake.
 */
export const NOT_OFFERED: ReadonlySet<string> = new Set(['console', 'telemetry', 'metrics', 'tracing'])
