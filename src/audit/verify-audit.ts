import { type ChainNote, ChainVerifier } from './chain-verifier.ts'
import type { VerifiedChain } from './seen-chains.ts'

/** One file of an audit, in bytes as it comes. */
export interface AuditFile {
  readonly name: string
  readonly chunks: AsyncIterable<Buffer>
}

/** What {@link verifyAudit} needs besides the files. */
export interface VerifyAuditOptions {
  /** Keys that the chains may have been made with; without any, chains without a key are expected. */
  readonly keys?: readonly string[]
  /** Hashes that were kept elsewhere: their lines have to be there. */
  readonly expected?: readonly string[]
  /** Told of what is worth knowing and no fault, file by file. */
  readonly onNote?: (note: ChainNote & { readonly file: string }) => void
}

/** What came of it. */
export interface AuditReport {
  readonly ok: boolean
  /** The first fault: which file, which line of it (from 1; 0 for none in particular), what. */
  readonly fault?: { readonly file: string; readonly line: number; readonly problem: string }
  /** Chained lines up to there. */
  readonly lines: number
  readonly chains: readonly VerifiedChain[]
  /** Places where lines broke off, and records that the audit says it lost. */
  readonly torn: number
  readonly lost: number
  /** Hash of the last line: kept elsewhere, it shows later that nothing up to it was taken away. */
  readonly last: string | undefined
}

/** Longer than any line of an audit. */
const LONGEST_LINE = 67_108_864

/**
 * Verifies the files of one audit, oldest first, as streams: neither their size nor their number matters to the
 * memory. Ends with the first fault.
 */
export async function verifyAudit(
  files: readonly AuditFile[],
  { keys = [], expected = [], onNote = () => {} }: VerifyAuditOptions = {},
): Promise<AuditReport> {
  const missing = new Set(expected)
  const verifier = new ChainVerifier({ keys })
  const report = (fault?: AuditReport['fault']): AuditReport => {
    const { lines, chains, torn, lost, last } = verifier
    return { ok: fault === undefined, ...(fault && { fault }), lines, chains, torn, lost, last }
  }
  for (const { name, chunks } of files) {
    verifier.startFile()
    const fault = await readLines(chunks, (line, isEnded) => {
      const wrong = verifier.take(line, isEnded)
      if (wrong === undefined && missing.size > 0 && verifier.last !== undefined)
        missing.delete(verifier.last)
      return wrong
    })
    const wrong = fault ?? verifier.endFile()
    for (const note of verifier.notes) onNote({ file: name, ...note })
    if (wrong !== undefined) return report({ file: name, ...wrong })
  }
  const last = files.at(-1)?.name ?? ''
  if (verifier.lines === 0) {
    // An audit that was emptied must not pass for one that is in order.
    return report({ file: last, line: 0, problem: 'there is nothing to verify' })
  }
  const [gone] = missing
  if (gone === undefined) return report()
  return report({ file: last, line: 0, problem: `no line has the expected hash ${gone}: lines are missing` })
}

type Fault = Omit<NonNullable<AuditReport['fault']>, 'file'>

/** Hands on line by line until there is a fault. */
async function readLines(
  chunks: AsyncIterable<Buffer>,
  take: (line: Buffer, isEnded: boolean) => Fault | undefined,
): Promise<Fault | undefined> {
  let kept: Buffer[] = []
  let length = 0
  let count = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const part = chunk.subarray(start, end)
      const fault = take(kept.length === 0 ? part : Buffer.concat([...kept, part]), true)
      if (fault !== undefined) return fault
      kept = []
      length = 0
      count += 1
      start = end + 1
    }
    if (start === chunk.length) continue
    kept.push(chunk.subarray(start))
    length += chunk.length - start
    if (length > LONGEST_LINE) return { line: count + 1, problem: 'it is longer than any line of an audit' }
  }
  return length === 0 ? undefined : take(Buffer.concat(kept), false)
}

const NEWLINE = 0x0a
