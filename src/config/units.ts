const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
}

/** Milliseconds of `500ms`, `30s`, `5m`, `12h`, `7d` or a bare number of milliseconds; undefined if it is none. */
export function parseDuration(value: string | number): number | undefined {
  return withUnit(value, /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/, DURATION_UNITS)
}

/** Bytes of `512kB`, `1MiB`, `10MB` or a bare number of bytes; undefined if it is none. */
export function parseSize(value: string | number): number | undefined {
  return withUnit(value, /^(\d+(?:\.\d+)?)\s?(B|kB|KiB|MB|MiB|)$/, SIZE_UNITS)
}

function withUnit(
  value: string | number,
  pattern: RegExp,
  units: Readonly<Record<string, number>>,
): number | undefined {
  if (typeof value === 'number') return value
  const match = pattern.exec(value.trim())
  const factor = units[match?.[2] ?? '?']
  return factor === undefined ? undefined : Math.round(Number(match?.[1]) * factor)
}
