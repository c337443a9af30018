import type { LoadResult } from './load.ts'

/** One row of `bench/results.json`: medians over the rounds. */
export interface Row {
  readonly name: string
  /** User and system CPU time of the server process per request, in microseconds. */
  readonly cpuMicros: number
  /** Requests per second with 16 connections in a closed loop. */
  readonly rps: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU time over that of `http-proxy` in the same round. */
  readonly ratio: number
}

/** What one subject did in one round. */
export type Measurement = Omit<Row, 'name' | 'ratio'>

/** What one subject did in one stretch of load. */
export interface Stretch extends LoadResult {
  /** User and system CPU time that the server process used meanwhile, in microseconds. */
  readonly cpuMicros: number
}

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

/** All rounds of each row, by its name; one round of a row belongs to the same round of every other. */
export type Measurements = ReadonlyMap<string, readonly Measurement[]>

/** A round, from the stretches that it was measured in. */
export function toMeasurement(stretches: readonly Stretch[]): Measurement {
  const total = (figure: 'cpuMicros' | 'requests' | 'elapsedMs') =>
    stretches.reduce((sum, stretch) => sum + stretch[figure], 0)
  const latencies = stretches.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b)
  return {
    cpuMicros: total('cpuMicros') / total('requests'),
    rps: (total('requests') * 1_000) / total('elapsedMs'),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  }
}

/** Median of each figure over the rounds, in the order of the map. */
export function toRows(measurements: Measurements): readonly Row[] {
  return [...measurements].map(([name, rounds]) => ({
    name,
    cpuMicros: rounded(medianOf(rounds, 'cpuMicros'), 1),
    rps: rounded(medianOf(rounds, 'rps'), 0),
    p50Ms: rounded(medianOf(rounds, 'p50Ms'), 3),
    p99Ms: rounded(medianOf(rounds, 'p99Ms'), 3),
    ratio: rounded(costRatio(measurements, name, YARDSTICK) ?? Number.NaN, 3),
  }))
}

/**
 * What one row's request costs of another's: the median over the rounds of the two in the same round, which a machine
 * that is slower for a while has slowed down alike. Undefined where one of them was not measured.
 */
function costRatio(measurements: Measurements, row: string, over: string): number | undefined {
  const [costs, bases] = [measurements.get(row), measurements.get(over)]
  if (costs === undefined || bases === undefined) return undefined
  return median(costs.map(({ cpuMicros }, round) => cpuMicros / (bases[round]?.cpuMicros ?? Number.NaN)))
}

/** The table for people, with the lowest and highest round of each row's CPU time. */
export function toTable(rows: readonly Row[], measurements: Measurements): string {
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
export function toVerdicts(measurements: Measurements): readonly string[] {
  return PROMISES.flatMap(({ row, over, limit }) => {
    const value = costRatio(measurements, row, over)
    if (value === undefined) return []
    const verdict = value <= limit ? 'held' : 'MISSED'
    return [`${row} costs ${value.toFixed(2)} of ${over} (promised: at most ${limit.toFixed(2)}): ${verdict}`]
  })
}

/** The value below which the share `p` (0 to 1) of the ascending `values` lies (nearest rank). */
function percentile(values: readonly number[], p: number): number {
  return values[Math.max(0, Math.ceil(p * values.length) - 1)] ?? Number.NaN
}

function medianOf(rounds: readonly Measurement[], figure: keyof Measurement): number {
  return median(rounds.map(round => round[figure]))
}

function median(unordered: readonly number[]): number {
  const values = unordered.toSorted((a, b) => a - b)
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
