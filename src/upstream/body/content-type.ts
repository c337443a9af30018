import type { Encoding } from '../../catalogue/tool.ts'

/**
 * The `Content-Type` of a file or a whole body: what the data URI said if the document allows it, else the first
 * type that the document names, else a general one. A range never allows forms and multipart bodies: callers may
 * choose what a file is, not that its bytes are read as parameters.
 *
 * @param allowed - as in a document: one media type, several separated by commas, or ranges such as an image of
 *   any kind
 * @param given - the type that a data URI named
 */
export function contentType(
  allowed: string | undefined,
  given: string | undefined,
  encoding: Encoding,
): string {
  const types = (allowed ?? '*/*').split(',').map(type => type.trim())
  if (given !== undefined && types.some(type => covers(type, given))) return given
  const named = types.find(type => SAFE.test(type))
  if (named !== undefined) return named
  if (encoding === 'json') return 'application/json'
  return encoding === 'text' || encoding === 'textFile'
    ? 'text/plain; charset=utf-8'
    : 'application/octet-stream'
}

/** A media type with plain parameters: documents are written by anybody, and this goes into a header. */
const SAFE =
  /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?:[ \t]*;[ \t]*[\w.-]{1,60}=(?:[\w.+-]{1,100}|"[\w .:/+-]{0,100}"))*$/

/** Backends recognise them by part of the name, so that odd spellings count. */
const PARAMETERS = /urlencoded|multipart/

function covers(range: string, type: string): boolean {
  const wanted = range.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (wanted === type) return true
  if (PARAMETERS.test(type)) return false
  if (wanted === '*/*') return true
  return wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1))
}
