/**
 * Where audit records go: one JSON line each, to standard output or a file, denials included.
 *
 * Lines are buffered and written within a second or when 8 kB have gathered, and wholly on {@link Audit.close}
 * and {@link Audit.flush}. A destination that fails (a full disk, a closed pipe) is reported once through
 * `onError` and again when it recovers; calls go on, because an audit that stops the door would let anyone who
 * can fill a disk stop the door.
 */
import { once } from 'node:events'
import pino from 'pino'
import type { AuditConfig } from '../config/schema.ts'
import type { AuditRecord } from './record.ts'

/** Takes records; see {@link openAudit}. */
export interface Audit {
  /** Queues one record. Never throws, never waits. */
  write(record: AuditRecord): void
  /** Writes what is queued; for the moment before a crash. */
  flush(): void
  /** Writes what is queued and lets go of the file. */
  close(): Promise<void>
}

/** What {@link openAudit} needs. */
export interface AuditOptions {
  /** Where to; file paths absolute. */
  readonly to: AuditConfig
  /** Standard output's stand-in: stdio mode audits to standard error (2), whose output is the protocol's. */
  readonly descriptor?: 1 | 2
  /** Told of a destination that can't be written. */
  readonly onError: (error: Error) => void
  readonly now?: () => number
}

const BUFFER_BYTES = 8_192
const FLUSH_MS = 1_000

/** Opens the audit. @throws Error if the file can't be opened for appending: better no start than no audit. */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  if (options.to.to === 'off') return { write() {}, flush() {}, async close() {} }
  const target = options.to.to === 'file' ? options.to.path : (options.descriptor ?? 1)
  const destination = pino.destination({
    dest: target,
    sync: false,
    minLength: BUFFER_BYTES,
    mkdir: true,
    mode: 0o600,
  })
  if (typeof target === 'string') await once(destination, 'ready')
  let failing = false
  destination.on('error', (error: Error) => {
    if (!failing) options.onError(error)
    failing = true
  })
  destination.on('drain', () => {
    failing = false
  })
  const timer = setInterval(() => destination.flush(), FLUSH_MS)
  timer.unref()
  const now = options.now ?? Date.now
  return {
    write(record) {
      destination.write(`${auditLine(record, now())}\n`)
    },
    flush() {
      destination.flushSync()
    },
    async close() {
      clearInterval(timer)
      destination.flushSync()
      if (typeof target !== 'string') return
      const closed = once(destination, 'close')
      destination.end()
      await closed
    },
  }
}

/** One record as one line of JSON, without the newline. The principal is spread out: no credential is in it. */
export function auditLine(record: AuditRecord, at: number): string {
  const { principal, ...rest } = record
  return JSON.stringify({
    time: new Date(at).toISOString(),
    ...rest,
    ...(principal && {
      subject: principal.subject,
      organization: principal.organization,
      scheme: principal.scheme,
      credential: principal.credentialId,
    }),
  })
}
