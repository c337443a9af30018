import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import type { OperationReport } from '../../../src/catalogue/tool.ts'
import { pathOfDocument, SETTINGS } from '../documents.ts'
import { startGateway } from './start-gateway.ts'

/** What becomes of one document, and what it costs. */
export interface Measured {
  readonly operations: number
  /** Whole, without anything left out. */
  readonly exposed: number
  /** Exposed as well, with something left out. */
  readonly degraded: number
  /** Reason → number of operations. */
  readonly skipped: Readonly<Record<string, number>>
  /** Reason → number of operations that it degrades; an operation may have several. */
  readonly remarks: Readonly<Record<string, number>>
  /** From reading the file to the answer of the first `tools/list`, process start left out. */
  readonly milliseconds: number
  /** Heap and buffers that the gateway holds after that. */
  readonly megabytes: number
  /** What the definitions cost a model, in tokens of o200k_base. */
  readonly tokens: number
}

/** Loads and lists one document with the whole gateway, as its documentation says it is configured. */
export async function measure(name: string): Promise<Measured> {
  const before = held()
  const start = performance.now()
  const gateway = await startGateway({ openapi: pathOfDocument(name), ...SETTINGS[name] })
  const { body } = await gateway.send('tools/list', {})
  const milliseconds = performance.now() - start
  const tools: readonly object[] = body.result.tools
  const megabytes = (held() - before) / 1_000_000
  const { report } = gateway.app.catalogue
  const asText = { disallowedSpecial: new Set<string>() }
  const tokens = tools.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool), asText), 0)
  await gateway.close()
  const count = (outcome: OperationReport['outcome']) =>
    report.filter(entry => entry.outcome === outcome).length
  return {
    operations: report.length,
    exposed: count('exposed'),
    degraded: count('degraded'),
    skipped: tally(report.filter(({ outcome }) => outcome === 'skipped')),
    remarks: tally(report.filter(({ outcome }) => outcome === 'degraded')),
    milliseconds: Math.round(milliseconds),
    megabytes: Math.round(megabytes),
    tokens,
  }
}

/** Reasons with what differs from operation to operation taken out of them, the most frequent first. */
function tally(entries: readonly OperationReport[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { reasons } of entries) {
    for (const reason of new Set(reasons.map(each => each.replace(/"[^"]*"/g, '"…"')))) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}

function held(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
