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

/**
 * One record as one line of JSON, without the newline. Of the principal only who it is; no credential is in it.
 * What can't be written is left out rather than the record.
 */
export function auditLine(record: AuditRecord, at: number): string {
  try {
    return printableJson(lineOf(record, at, record.arguments))
  } catch {
    return printableJson(lineOf(record, at, '[unreadable]'))
  }
}

/** Member by member: this is on the path of every call, where copying objects key by key costs more. */
function lineOf(record: AuditRecord, at: number, args: unknown) {
  const { principal } = record
  return {
    time: new Date(at).toISOString(),
    event: record.event,
    requestId: record.requestId,
    outcome: record.outcome,
    code: record.code,
    path: record.path,
    tool: record.tool,
    via: record.via,
    tier: record.tier,
    missingScopes: record.missingScopes,
    upstreamStatus: record.upstreamStatus,
    drift: record.drift,
    client: record.client,
    remoteAddress: record.remoteAddress,
    durationMs: record.durationMs,
    subject: principal?.subject,
    organization: principal?.organization,
    scheme: principal?.scheme,
    credential: principal?.credentialId,
    arguments: args,
    repairs: record.repairs,
  } satisfies Record<
    Exclude<keyof AuditRecord, 'principal'> | 'time' | 'subject' | 'organization' | 'scheme' | 'credential',
    unknown
  >
}

/** JSON in which what a terminal obeys or turns around is escaped: callers choose names and values. */
function printableJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
