import { isJsonMediaType } from './json-media-type.ts'

/** How a body of some media type is written. */
export type BodyKind = 'json' | 'jsonLines' | 'form' | 'multipart' | 'text' | 'binary'

/** The media type without parameters, lower-case. */
export function essenceOf(type: string): string {
  return type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/**
 * Whether the key of a `content` map can be sent as `Content-Type`: a media type or range with harmless
 * parameters (RFC 9110 8.3.1).
 */
export function isMediaType(type: string): boolean {
  return (
    type.length <= 200 &&
    /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+(?:\s*;\s*[\w-]+=(?:[\w.+-]+|"[\w .:/+-]*"))*\s*;?\s*$/.test(
      type.replace(/^\s*\*\//, 'x/').trim(),
    )
  )
}

/** Whether a media type is a range, `image/*`. */
export function isRange(type: string): boolean {
  return essenceOf(type).includes('*')
}

/** Whether a media type is in a range, or is the same; parameters aside. */
export function matchesRange(type: string, range: string): boolean {
  const [own, wanted] = [essenceOf(type), essenceOf(range)]
  if (wanted === '*/*' || own === wanted) return true
  if (wanted.endsWith('/*')) return own.startsWith(wanted.slice(0, -1))
  const [top, suffix] = wanted.split('*')
  return suffix !== undefined && suffix !== '' && own.startsWith(top ?? '') && own.endsWith(suffix)
}

/** Whether what has this media type is text, so that the argument is the text itself. */
export function isTextType(type: string): boolean {
  return isJsonMediaType(type) || TEXT.test(essenceOf(type))
}

/** Whether what has this media type can't be plain text, so that only encoded bytes make sense. */
export function isBinaryType(type: string): boolean {
  return BINARY.test(essenceOf(type))
}

/**
 * How a body of a media type is written. A type that takes anything is JSON, which is what servers that say so
 * read, unless its schema is a file's.
 */
export function bodyKind(type: string, isFile: boolean): BodyKind {
  const essence = essenceOf(type)
  if (essence === 'application/x-www-form-urlencoded') return 'form'
  if (essence.startsWith('multipart/')) return 'multipart'
  if (LINES.test(essence)) return 'jsonLines'
  if (isFile && !isTextType(type)) return 'binary'
  if (isJsonMediaType(type) || JSON_RANGE.test(essence)) return 'json'
  return isTextType(type) ? 'text' : 'binary'
}

/**
 * What a media type is worth among several of one body, lower is better: what models write best comes first.
 * JSON, a merge patch, other JSON, a patch of operations; then what takes anything, multipart with files, forms,
 * other multipart, text, bytes.
 */
export function bodyRank(type: string, kind: BodyKind, hasFile: boolean): number {
  const essence = essenceOf(type)
  switch (kind) {
    case 'json': {
      const place = JSON_ORDER.indexOf(essence)
      if (isRange(type)) return JSON_ORDER.length
      return place === -1 ? JSON_ORDER.indexOf('other') : place
    }
    case 'multipart':
      return essence === 'multipart/form-data' ? (hasFile ? 10 : 12) : 13
    case 'form':
      return 11
    case 'jsonLines':
      return 14
    case 'text':
      return essence === 'text/plain' ? 15 : /xml|html/.test(essence) ? 17 : 16
    case 'binary':
      return isFileType(essence) ? 18 : 19
  }
}

const JSON_ORDER = [
  'application/json',
  'text/json',
  'application/merge-patch+json',
  'other',
  'application/json-patch+json',
]
const JSON_RANGE = /^(?:\*\/\*|application\/\*(?:\+json)?)$/
const LINES = /^(?:application|text)\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)$/
const TEXT =
  /^(?:text\/.*|.*\/(?:.*\+)?(?:xml|yaml)|application\/(?:x-yaml|x-ndjson|ndjson|jsonl|json-seq|javascript|x-javascript|ecmascript|typescript|sql|graphql|toml|csv|sdp|xml-dtd|x-sh|x-httpd-php|x-pem-file|pem-certificate-chain|rtf|x-tex|x-latex|n-triples|n-quads|trig|sparql-query|sparql-update))$/
const BINARY =
  /^(?:(?:image|audio|video|font)\/(?!svg).*|application\/(?:pdf|zip|gzip|x-gzip|x-tar|x-bzip2?|x-7z-compressed|x-rar-compressed|vnd\.rar|zstd|msword|vnd\.ms-.*|vnd\.openxmlformats-.*|vnd\.oasis\..*|epub\+zip|cbor|.*\+(?:cbor|zip|gzip)|msgpack|x-msgpack|x-protobuf|protobuf|vnd\.google\.protobuf|wasm|java-archive|vnd\.apache\.(?:avro|parquet|arrow)\..*|x-sqlite3|vnd\.sqlite3))$/

function isFileType(essence: string): boolean {
  return essence === 'application/octet-stream' || isBinaryType(essence) || isRange(essence)
}
