import { isUtf8 } from 'node:buffer'

/**
 * Bytes as text. The declared charset is believed where it is known; without one, a byte order mark decides,
 * then UTF-8, and bytes that are not UTF-8 are read as Windows-1252, which never fails. Without a byte order
 * mark in the text returned.
 */
export function decodeText(body: Buffer, charset: string | undefined): string {
  if (!isUtf8Label(charset)) return decode(body, charset?.trim().toLowerCase() ?? '')
  const mark = body[0]
  if (mark !== 0xff && mark !== 0xfe && isUtf8(body)) return withoutMark(body.toString('utf8'))
  return decode(body, markOf(body) ?? (charset?.trim() ? 'utf-8' : 'windows-1252'))
}

/** Whether a declared charset, or none, says UTF-8; the bytes may be something else all the same. */
export function isUtf8Label(charset: string | undefined): boolean {
  return charset === undefined || charset === 'utf-8' || UTF8.test(charset)
}

const UTF8 = /^\s*(?:utf-?8)?\s*$/i

/** Whether bytes of unknown type are text: UTF-8 without control characters other than white space. */
export function looksLikeText(body: Buffer): boolean {
  if (!isUtf8(body)) return false
  for (const byte of body.subarray(0, SNIFFED)) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d) return false
  }
  return true
}

const SNIFFED = 4096

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function markOf(body: Buffer): string | undefined {
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le'
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be'
  return undefined
}

function decode(body: Buffer, label: string): string {
  try {
    return new TextDecoder(label).decode(body)
  } catch {
    return new TextDecoder('utf-8').decode(body)
  }
}
