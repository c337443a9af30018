/** One row of `bench/results.json`: medians over the rounds. */
export interface Row {
  readonly name: string
  /** User and system CPU time of the server process per request, in microseconds. */
  readonly cpuMicros: number
  /** Requests per second with 16 connections in a closed loop. */
  readonly rps: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** `cpuMicros` over that of `http-proxy` in the same run. */
  readonly ratio: number
}

/** What one subject did in one round. */
export type Measurement = Omit<Row, 'name' | 'ratio'>

/** The row that all ratios refer to. */
export const YARDSTICK = 'http-proxy'

/**
 * What the project promises: CPU per request of one row over that of another, at most `limit`.
 * The order is the order in which they are printed.
 */
const PROMISES = [
  { row: 'tools-call', over: YARDSTICK, limit: 1.0 },
  { row: 'tools-call', over: 'sdk-v2', limit: 0.25 },
  { row: 'tools-call-oauth', over: 'tools-call', limit: 1.05 },
  { row: 'tools-list-1000', over: 'static-1000', limit: 1.3 },
  { row: 'tools-call-10000', over: 'tools-call-10', limit: 1.1 },
  { row: 'tools-call-redis', over: 'tools-call', limit: 1.25 },
  { row: 'tokens-1000000', over: 'tokens-10', limit: 1.1 },
] as const

/** Median of each figure over the rounds, and the ratio of the medians, in the order of the map. */
export function toRows(measurements: ReadonlyMap<string, readonly Measurement[]>): readonly Row[] {
  const yardstick = medianOf(measurements.get(YARDSTICK) ?? [], 'cpuMicros')
  return [...measurements].map(([name, rounds]) => {
    const cpuMicros = medianOf(rounds, 'cpuMicros')
    return {
      name,
      cpuMicros: rounded(cpuMicros, 1),
      rps: rounded(medianOf(rounds, 'rps'), 0),
      p50Ms: rounded(medianOf(rounds, 'p50Ms'), 3),
      p99Ms: rounded(medianOf(rounds, 'p99Ms'), 3),
      ratio: rounded(cpuMicros / yardstick, 3),
    }
  })
}

/** The table for people, with the lowest and highest round of each row's CPU time. */
export function toTable(
  rows: readonly Row[],
  measurements: ReadonlyMap<string, readonly Measurement[]>,
): string {
  const header = ['', 'CPU µs/request', 'rounds', 'requests/s', 'p50 ms', 'p99 ms', `× ${YARDSTICK}`]
  const body = rows.map(row => {
    const cpu = (measurements.get(row.name) ?? []).map(round => round.cpuMicros)
    const spread = `${Math.min(...cpu).toFixed(0)}–${Math.max(...cpu).toFixed(0)}`
    const figures = [row.cpuMicros.toFixed(0), spread, row.rps.toFixed(0), row.p50Ms.toFixed(2)]
    return [row.name, ...figures, row.p99Ms.toFixed(2), row.ratio.toFixed(2)]
  })
  const widths = header.map((_, column) =>
    Math.max(...[header, ...body].map(cells => cells[column]?.length ?? 0)),
  )
  return [header, ...body].map(cells => line(cells, widths)).join('\n')
}

/** A line for each promise whose two rows were measured. */
export function toVerdicts(rows: readonly Row[]): readonly string[] {
  return PROMISES.flatMap(({ row, over, limit }) => {
    const cost = rows.find(({ name }) => name === row)?.cpuMicros
    const base = rows.find(({ name }) => name === over)?.cpuMicros
    if (cost === undefined || base === undefined) return []
    const value = cost / base
    const verdict = value <= limit ? 'held' : 'MISSED'
    return [`${row} costs ${value.toFixed(2)} of ${over} (promised: at most ${limit.toFixed(2)}): ${verdict}`]
  })
}

/** The value below which the share `p` (0 to 1) of the ascending `values` lies (nearest rank). */
export function percentile(values: readonly number[], p: number): number {
  return values[Math.max(0, Math.ceil(p * values.length) - 1)] ?? Number.NaN
}

function medianOf(rounds: readonly Measurement[], figure: keyof Measurement): number {
  const values = rounds.map(round => round[figure]).sort((a, b) => a - b)
  const lower = values[Math.floor((values.length - 1) / 2)] ?? Number.NaN
  const upper = values[Math.floor(values.length / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    .join('  ')
    .trimEnd()
}
