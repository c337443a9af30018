/**
 * Where audit records go: one JSON line each, to standard output or a file, denials included.
 *
 * Lines are gathered for at most a second, and written wholly on {@link Audit.close}, {@link Audit.flush} and
 * when the process exits. A destination that fails (a full disk, a closed pipe) is reported and calls go on,
 * because an audit that stops the door would let anyone who can fill a disk stop the door; how many records were
 * lost is reported when it works again.
 */
import type { AuditConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { auditLine } from './audit-line.ts'
import { LineWriter, type LineWriterOptions } from './line-writer.ts'
import type { AuditRecord } from './record.ts'

/** Takes records; see {@link openAudit}. */
export interface Audit {
  /** Queues one record. Never throws, never waits. */
  write(record: AuditRecord): void
  /** Writes what is queued before it returns, as far as the destination takes it. */
  flush(): void
  /** Opens the file anew after a log rotation; does nothing for standard output. */
  reopen(): Promise<void>
  /** Writes what is queued and lets go of the file. */
  close(): Promise<void>
}

/** What {@link openAudit} needs. */
export interface AuditOptions extends Pick<LineWriterOptions, 'onError' | 'onRecovered'> {
  /** Where to; file paths absolute. */
  readonly to: AuditConfig
  /** Standard output's stand-in: stdio mode audits to standard error (2), whose output is the protocol's. */
  readonly descriptor?: 1 | 2
  readonly now?: () => number
}

/**
 * Opens the audit.
 *
 * @throws PosternError `configuration_invalid` if the file can't be appended to: better no start than no audit.
 */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  const { to, descriptor = 1, now = Date.now } = options
  if (to.to === 'off') return SILENT
  const writer = await openWriter({ ...options, target: to.to === 'file' ? to.path : descriptor })
  return {
    write(record) {
      writer.write(auditLine(record, now()))
    },
    flush: () => writer.flush(),
    reopen: () => writer.reopen(),
    close: () => writer.close(),
  }
}

const SILENT: Audit = { write() {}, flush() {}, async reopen() {}, async close() {} }

async function openWriter(options: LineWriterOptions): Promise<LineWriter> {
  try {
    return await LineWriter.open(options)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : 'unknown reason'
    throw new PosternError('configuration_invalid', {
      message: `The audit file ${options.target} can’t be opened for appending (${reason}). Correct audit.path.`,
      cause,
    })
  }
}
