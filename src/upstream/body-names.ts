import { isJsonObject } from '../catalogue/is-json-object.ts'
import { decodeQueryName } from './query-name.ts'

/** How a body is written. */
export interface WrittenBody {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly body: Buffer
}

/**
 * The names at the top of a form, multipart or JSON body, decoded; none for a body of another type. Undefined where
 * a backend may find names that can't be read here: it is compressed or in an unusual charset.
 *
 * A type that could be taken for several is read as each, and a body without a type as a form, as Rack does.
 */
export function bodyNames({
  contentType,
  contentEncoding,
  body,
}: WrittenBody): readonly string[] | undefined {
  const type = contentType?.toLowerCase() ?? 'urlencoded'
  const readers = READERS.filter(([kind]) => type.includes(kind))
  if (readers.length === 0) return []
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') return undefined
  const charset = /charset\s*=\s*["']?([^\s;"',]*)/.exec(type)?.[1]
  if (charset !== undefined && !ASCII_BASED.test(charset)) return undefined
  return readers.flatMap(([, read]) => read(body))
}

type Read = (body: Buffer) => readonly string[]

const READERS: readonly (readonly [kind: string, read: Read])[] = [
  ['urlencoded', formNames],
  ['multipart', multipartNames],
  ['json', jsonNames],
]
const ASCII_BASED = /^(?:utf-?8|us-ascii|iso-8859-1|latin1|windows-1252)?$/

function formNames(body: Buffer): readonly string[] {
  return body
    .toString('latin1')
    .split(/[&;]/)
    .map(pair => decodeQueryName(pair.split('=', 1)[0] ?? ''))
}

/** Whatever looks like the name of a part, wherever it stands. */
function multipartNames(body: Buffer): readonly string[] {
  const names = body.toString('latin1').matchAll(/name\s*\*?\s*=\s*(?:"([^"\r\n]*)"|([^;\r\n]*))/gi)
  return [...names].map(([, quoted, plain = '']) => {
    // RFC 8187 puts charset and language before the value: utf-8''name.
    return decodeQueryName((quoted ?? plain).replace(/^[\w-]*'[\w-]*'/, ''))
      .replaceAll('\\', '')
      .trim()
  })
}

/** Of what is no JSON to us, every word: a backend may be more lenient, or read one value per line. */
function jsonNames(body: Buffer): readonly string[] {
  const text = body.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? Object.keys(value) : []
  } catch {
    const plain = text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    return plain.match(/[^\s"'{}[\]:,]+/g) ?? []
  }
}
