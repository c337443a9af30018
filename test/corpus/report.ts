/** What the project promises about real documents, measured: the content of `docs/corpus.json`. */
import { availableParallelism } from 'node:os'
import { DOCUMENTS, SHARES } from './documents.ts'
import { type Cause, explainRejection } from './judge/explain-rejection.ts'
import type { Measured } from './judge/measure.ts'
import type { Rejection, RoundTrip } from './judge/round-trip.ts'
import { type Child, mapParallel, runChild } from './judge/run-child.ts'

/** One kind of exception in one document. */
export interface Exceptions {
  readonly rule: string
  readonly cause: Cause
  readonly why: string
  readonly calls: number
  /** One of them. */
  readonly example: string
}

/** One row. */
export interface DocumentReport extends Measured {
  readonly document: string
  /** Well-formed calls, with only what is required and with everything. */
  readonly calls: number
  /** Share of them that the judge accepted, 0 to 1. */
  readonly accepted: number
  /** Share that was right as made from what the default profile shows, without reading its words. */
  readonly acceptedAtFirst: number
  /** Accepted calls of which Prism did not look at a part, since it can't compile the schema. */
  readonly unseen: number
  readonly exceptions: readonly Exceptions[]
  readonly hostile: {
    readonly calls: number
    readonly refused: number
    readonly sent: number
    readonly failures: readonly string[]
  }
}

/** The whole file. */
export interface CorpusReport {
  readonly total: {
    readonly operations: number
    readonly exposed: number
    readonly degraded: number
    readonly skipped: number
    readonly calls: number
    readonly accepted: number
    readonly unseen: number
    readonly hostileCalls: number
  }
  readonly documents: readonly DocumentReport[]
}

/**
 * Finds out everything, two processes at a time.
 *
 * @param isTimed - whether times and memory are wanted: each document has the machine for itself then
 */
export async function makeReport({ isTimed }: { readonly isTimed: boolean }): Promise<CorpusReport> {
  const documents = DOCUMENTS
  const width = Math.min(2, availableParallelism())
  const trips = await inShares<RoundTrip>('round-trip-child', width)
  const measured = isTimed ? await measureAlone(documents) : await inShares<Measured>('measure-child', width)
  const rows = documents.flatMap((document, index) => {
    const [trip, figures] = [trips[index], measured[index]]
    return trip === undefined || figures === undefined ? [] : [row(document, trip, figures)]
  })
  const sum = (pick: (row: DocumentReport) => number) => rows.reduce((total, each) => total + pick(each), 0)
  const calls = sum(each => each.calls)
  return {
    total: {
      ...outcomes(rows),
      calls,
      accepted: share(
        trips.reduce((total, trip) => total + trip.accepted, 0),
        calls,
      ),
      unseen: sum(each => each.unseen),
      hostileCalls: sum(each => each.hostile.calls),
    },
    documents: rows,
  }
}

/** The report with its operations, times and tokens measured anew, and the calls as they were: takes a tenth as long. */
export async function measureAnew({ total, documents }: CorpusReport): Promise<CorpusReport> {
  const names = documents.map(({ document }) => document)
  const measured = await measureAlone(names)
  const rows = documents.map((row, index) => ({ ...row, ...measured[index] }))
  return { total: { ...total, ...outcomes(rows) }, documents: rows }
}

/**
 * The report without what differs from run to run: besides time and memory, how many hostile calls were refused, as
 * some take so long to check that the machine's speed decides.
 */
export function withoutMeasurements(report: CorpusReport): unknown {
  const documents = report.documents.map(({ milliseconds, megabytes, hostile, ...rest }) => {
    return { ...rest, hostile: { calls: hostile.calls, failures: hostile.failures } }
  })
  return { ...report, documents }
}

async function inShares<Result>(child: Child, width: number): Promise<readonly Result[]> {
  return (await mapParallel(SHARES, width, share => runChild<Result>(child, share))).flat()
}

/** One at a time, each in a process of its own, for the sake of the times. */
async function measureAlone(documents: readonly string[]): Promise<readonly Measured[]> {
  return (await mapParallel(documents, 1, name => runChild<Measured>('measure-child', [name]))).flat()
}

function outcomes(
  rows: readonly Measured[],
): Pick<CorpusReport['total'], 'operations' | 'exposed' | 'degraded' | 'skipped'> {
  const sum = (pick: (row: Measured) => number) => rows.reduce((total, each) => total + pick(each), 0)
  return {
    operations: sum(each => each.operations),
    exposed: sum(each => each.exposed),
    degraded: sum(each => each.degraded),
    skipped: sum(each => Object.values(each.skipped).reduce((all, count) => all + count, 0)),
  }
}

function row(document: string, trip: RoundTrip, measured: Measured): DocumentReport {
  return {
    document,
    ...measured,
    calls: trip.calls,
    accepted: share(trip.accepted, trip.calls),
    acceptedAtFirst: share(trip.acceptedAtFirst, trip.calls),
    unseen: trip.unseen,
    exceptions: group(trip.rejections),
    hostile: trip.hostile,
  }
}

/** Four digits; nothing called is nothing refused. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.floor((part / whole) * 10_000) / 10_000
}

function group(rejections: readonly Rejection[]): readonly Exceptions[] {
  const groups = new Map<string, { explained: Omit<Exceptions, 'calls' | 'example'>; all: Rejection[] }>()
  for (const rejection of rejections) {
    const explained = explainRejection(rejection)
    const own = groups.get(explained.rule) ?? { explained, all: [] }
    own.all.push(rejection)
    groups.set(explained.rule, own)
  }
  return [...groups.values()].map(({ explained, all }) => {
    const [first] = all
    const message = first?.violations[0]?.message.replaceAll('\n', ' ').slice(0, 200)
    return { ...explained, calls: all.length, example: `${first?.operation}: ${message}` }
  })
}
