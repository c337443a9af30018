import type { Principal } from '../auth/principal.ts'
import type { AuditRecord } from './record.ts'

/**
 * One record as one line of JSON, without the newline. Of the principal only who it is; no credential is in it.
 * What can't be written is left out rather than the record.
 *
 * @param at milliseconds since the epoch
 */
export function auditLine(record: AuditRecord, at: number): string {
  try {
    return lineOf(record, at, record.arguments)
  } catch {
    return lineOf(record, at, '[unreadable]')
  }
}

/** Put together as text: this is on the path of every call, where a copy of the record costs more. */
function lineOf(record: AuditRecord, at: number, args: unknown): string {
  const { principal } = record
  return `{"time":"${isoTime(at)}"${
    word('event', record.event) +
    member('requestId', record.requestId) +
    word('outcome', record.outcome) +
    word('code', record.code) +
    member('shownCode', record.shownCode) +
    member('path', record.path) +
    member('operation', record.operation) +
    member('tool', record.tool) +
    member('held', record.held) +
    member('via', record.via) +
    member('tenant', record.tenant) +
    member('tier', record.tier) +
    member('confirmed', record.confirmed) +
    member('missingScopes', record.missingScopes) +
    member('upstreamStatus', record.upstreamStatus) +
    member('drift', record.drift) +
    member('client', record.client) +
    member('remoteAddress', record.remoteAddress) +
    duration(record.durationMs) +
    (principal === undefined ? '' : who(principal)) +
    member('arguments', args) +
    member('repairs', record.repairs)
  }}`
}

const known = new WeakMap<Principal, string>()

function who(principal: Principal): string {
  let text = known.get(principal)
  if (text === undefined) {
    text =
      member('subject', principal.subject) +
      member('organization', principal.organization) +
      member('scheme', principal.scheme) +
      member('credential', principal.credentialId)
    known.set(principal, text)
  }
  return text
}

/** One of a few names of ours, none of which needs an escape. */
function word(name: string, value: AuditRecord['event' | 'outcome' | 'code']): string {
  return value === undefined ? '' : `,"${name}":"${value}"`
}

/** To the hundredth of a millisecond, from two whole numbers: V8 takes long to write a fraction. */
function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return ''
  const hundredths = Math.max(0, Math.round(ms * 100))
  const rest = hundredths % 100
  return `,"durationMs":${(hundredths - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`
}

function member(name: string, value: unknown): string {
  return value === undefined ? '' : `,"${name}":${printableJson(value)}`
}

/** Text that needs no escape in JSON and that no terminal obeys. */
const PLAIN = /^[ !#-[\]-~]*$/
/** What a terminal obeys or turns around: callers choose names and values. */
const UNPRINTABLE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'g')

function printableJson(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  const text = JSON.stringify(value) ?? 'null'
  return UNPRINTABLE.test(text) ? text.replace(EACH_UNPRINTABLE, escaped) : text
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The time of the last line up to its second. */
let second = { at: Number.NaN, text: '' }

/** ISO 8601 in UTC, `2026-07-28T09:00:00.000Z`; the same as `Date.toISOString`, once a second. */
function isoTime(at: number): string {
  const start = Math.floor(at / 1000)
  if (start !== second.at) second = { at: start, text: new Date(start * 1000).toISOString().slice(0, -4) }
  return `${second.text}${String(Math.floor(at - start * 1000)).padStart(3, '0')}Z`
}
