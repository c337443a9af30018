/** Audits with a chain, for tests: written through the real writer, verified from the file. */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { openAudit } from '../../src/audit/audit.ts'
import type { AuditRecord } from '../../src/audit/record.ts'
import { type AuditReport, type VerifyAuditOptions, verifyAudit } from '../../src/audit/verify-audit.ts'

export const RECORD: AuditRecord = { event: 'tool_call', requestId: 'r', outcome: 'ok', tool: 'list' }

/** Opens a chained audit of a file, with what it reported. */
export async function openChained(path: string, key?: string) {
  const errors: Error[] = []
  const recoveries: number[] = []
  const audit = await openAudit({
    to: { to: 'file', path, chain: true, key },
    onError: error => errors.push(error),
    onRecovered: lost => recoveries.push(lost),
    now: () => 0,
  })
  return { audit, errors, recoveries }
}

/** One process's life: opens, writes a record per id, closes. */
export async function writeChained(path: string, ids: readonly string[], key?: string): Promise<void> {
  const { audit } = await openChained(path, key)
  for (const requestId of ids) audit.write({ ...RECORD, requestId })
  await audit.close()
}

/** Lines of a file, without newlines. */
export function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
}

/** The ids of the records in a file, links left out. */
export function idsOf(path: string): string[] {
  return linesOf(path).flatMap(line => {
    const record = line.startsWith('{') ? parse(line) : {}
    return typeof record.requestId === 'string' ? [record.requestId] : []
  })
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

/** Verifies files of an audit, with its notes. */
export async function verify(
  paths: readonly string[],
  options: VerifyAuditOptions = {},
): Promise<AuditReport & { notes: string[] }> {
  const notes: string[] = []
  const report = await verifyAudit(
    paths.map(name => ({ name, chunks: createReadStream(name) })),
    { ...options, onNote: ({ line, note }) => notes.push(`${line}: ${note}`) },
  )
  return { ...report, notes }
}

/** Verifies one text in chunks of so many bytes. */
export function verifyText(text: string | Buffer, options: VerifyAuditOptions = {}, chunk = 65_536) {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  return verifyAudit([{ name: 'text', chunks: chunks() }], options)
}
