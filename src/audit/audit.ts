/**
 * Where audit records go: one JSON line each, to standard output or a file, denials included.
 *
 * Lines are gathered for at most a second, and written wholly on {@link Audit.close}, {@link Audit.flush} and
 * when the process exits. A destination that fails (a full disk, a closed pipe) is reported, lines wait for it as
 * long as there is room, and how many records were lost is reported when it works again. Calls go on meanwhile,
 * because an audit that stops the door would let anyone who can fill a disk stop the door; who would rather have
 * that than a call without a record sets `onFailure: refuse`.
 */
import type { AuditConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { auditLine } from './audit-line.ts'
import { Chain } from './chain.ts'
import { LineWriter, type LineWriterOptions } from './line-writer.ts'
import type { AuditRecord } from './record.ts'

/** Takes records; see {@link openAudit}. */
export interface Audit {
  /** Queues one record. Never throws, never waits. */
  write(record: AuditRecord): void
  /**
   * Throws while no call may be made since none could be put on record; undefined where calls go on all the same.
   *
   * @throws PosternError `audit_unavailable`
   */
  readonly refuseUnrecorded: (() => void) | undefined
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
  const tie = to.chain ? new Chain({ key: to.key, isReadable: to.to === 'file', now }) : undefined
  const writer = await openWriter({ ...options, tie, target: to.to === 'file' ? to.path : descriptor })
  return {
    refuseUnrecorded: to.onFailure === 'refuse' ? () => refuseUnless(writer.isTaking) : undefined,
    write(record) {
      writer.write(auditLine(record, now()))
    },
    flush: () => writer.flush(),
    reopen: () => writer.reopen(),
    close: () => writer.close(),
  }
}

const SILENT: Audit = {
  refuseUnrecorded: undefined,
  write() {},
  flush() {},
  async reopen() {},
  async close() {},
}

function refuseUnless(isTaking: boolean): void {
  if (isTaking) return
  // Written anew every second: before that, nothing will have changed.
  throw new PosternError('audit_unavailable', { headers: { 'retry-after': '1' } })
}

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
