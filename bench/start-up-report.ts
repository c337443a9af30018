import type { Start } from './start-up-child.ts'

/** All starts with one document. */
export interface Starts {
  readonly document: string
  readonly parsed: readonly Start[]
  readonly served: readonly Start[]
  /** Of gateways whose document has one operation. */
  readonly idle: readonly Start[]
}

/** One entry of `startUp` in `bench/results.json`: medians over the rounds. Memory is in megabytes of 10⁶ bytes. */
export interface StartUp {
  readonly document: string
  readonly tools: number
  /** Parsing alone, by `JSON.parse` or js-yaml. */
  readonly parseMs: number
  /** From reading the configuration to the last byte of the first list. */
  readonly readyMs: number
  /** `readyMs` without `parseMs`. */
  readonly extraMs: number
  /** What the parsed document takes. */
  readonly parsedMB: number
  /** What the gateway takes after the first list, without what one with a single operation takes. */
  readonly afterMB: number
  /** What the gateway takes after the first list, all in all, Node and the loaded program aside. */
  readonly totalMB: number
  /** `afterMB` over `parsedMB`. */
  readonly ratio: number
}

/** What the project promises of every document. */
const EXTRA_MS = 1_000
const RATIO = 3

/** Medians of each figure; the ratio is that of the medians. */
export function toStartUp({ document, parsed, served, idle }: Starts): StartUp {
  const parseMs = medianOf(parsed, 'ms')
  const readyMs = medianOf(served, 'ms')
  const parsedMB = medianOf(parsed, 'bytes') / 1e6
  const totalMB = medianOf(served, 'bytes') / 1e6
  const afterMB = totalMB - medianOf(idle, 'bytes') / 1e6
  return {
    document,
    tools: medianOf(served, 'tools'),
    parseMs: rounded(parseMs, 0),
    readyMs: rounded(readyMs, 0),
    extraMs: rounded(readyMs - parseMs, 0),
    parsedMB: rounded(parsedMB, 2),
    afterMB: rounded(afterMB, 2),
    totalMB: rounded(totalMB, 2),
    ratio: rounded(afterMB / parsedMB, 2),
  }
}

/** A line per document for people. */
export function describeStartUp(start: StartUp): string {
  const { document, tools, parseMs, readyMs, parsedMB, afterMB, totalMB } = start
  const times = `parsed in ${parseMs} ms, ${tools} tools listed after ${readyMs} ms`
  return `${document}: ${times}; ${parsedMB} MB parsed, ${afterMB} MB served, ${totalMB} MB with the gateway`
}

/** A line for each promise. */
export function startUpVerdicts({ document, extraMs, ratio }: StartUp): readonly string[] {
  const verdict = (isHeld: boolean) => (isHeld ? 'held' : 'MISSED')
  return [
    `${document}: the first tools/list comes ${extraMs} ms after parsing (promised: at most ${EXTRA_MS} ms): ${verdict(extraMs <= EXTRA_MS)}`,
    `${document}: it takes ${ratio.toFixed(2)} times the memory of the parsed document (promised: at most ${RATIO.toFixed(2)}): ${verdict(ratio <= RATIO)}`,
  ]
}

function medianOf(starts: readonly Start[], figure: keyof Start): number {
  const values = starts.map(start => start[figure]).sort((a, b) => a - b)
  const lower = values[Math.floor((values.length - 1) / 2)] ?? Number.NaN
  const upper = values[Math.floor(values.length / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
