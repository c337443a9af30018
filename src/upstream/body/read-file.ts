import type { Encoding } from '../../catalogue/tool.ts'

/** A file as an argument gives it. */
export interface GivenFile {
  readonly bytes: Buffer
  /** Media type without parameters and the name, where a data URI says them. */
  readonly mediaType: string | undefined
  readonly fileName: string | undefined
}

/**
 * Reads the bytes of a file from an argument: a data URI (RFC 2397), or base64 or text as the encoding allows.
 * Undefined where it is none of them, and where a data URI says base64 and holds none. Linear in the text's length.
 *
 * A text is taken for something else only where it must be meant: YAML or events that begin with `data:` are text,
 * and base64 beside which text is allowed needs its padding and the usual alphabet, so that a word such as
 * `my-file` stays a word.
 *
 * @param encoding - `binary`, `anyFile` or `textFile`; see {@link Encoding}
 */
export function readFile(text: string, encoding: Encoding): GivenFile | undefined {
  const head = DATA_URI.exec(text.slice(0, LONGEST_HEAD))
  if (head !== null) return readDataUri(head, text)
  if (encoding !== 'textFile') {
    const bytes = encoding === 'binary' ? readBase64(joinLines(text)) : readPaddedBase64(text)
    if (bytes !== undefined) return { bytes, mediaType: undefined, fileName: undefined }
    if (encoding === 'binary') return undefined
  }
  return { bytes: Buffer.from(text, 'utf8'), mediaType: undefined, fileName: undefined }
}

/** Longest part before the comma of a data URI that is looked at. */
const LONGEST_HEAD = 1_024
/** Up to the comma: media type, parameters (a comma in one needs quotes), `;base64`. No space comes first. */
const DATA_URI =
  /^data:((?:[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)?)((?:;[ ]?[\w!#$&^.+*-]+=(?:"[^"]*"|[^;,"]*))*)(;[ ]?base64)?,/i

function readDataUri(
  [head, type = '', parameters = '', base64]: RegExpExecArray,
  text: string,
): GivenFile | undefined {
  const data = percentDecode(text.slice(head.length))
  const bytes = base64 === undefined ? data : readBase64(joinLines(data.toString('latin1')))
  if (bytes === undefined) return undefined
  const name = /;[ ]?(?:file)?name=("[^"]*"|[^;,"]*)/i.exec(parameters)?.[1]
  return { bytes, mediaType: mediaTypeOf(type), fileName: name === undefined ? undefined : nameOf(name) }
}

function mediaTypeOf(type: string): string | undefined {
  const plain = type.trim().toLowerCase()
  return /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(plain) ? plain : undefined
}

function nameOf(written: string): string | undefined {
  const name = percentDecode(written.replace(/^"(.*)"$/, '$1')).toString('utf8')
  // A name, not a path: what receives the file may write it somewhere.
  const last = name
    .replace(/\p{Cc}/gu, '')
    .split(/[/\\]/)
    .at(-1)
    ?.trim()
  return last === undefined || /^\.{0,2}$/.test(last) ? undefined : last.slice(0, 255)
}

/** A percent sign that is followed by no two hexadecimal digits stands for itself, as in browsers. */
function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  if (!bytes.includes(PERCENT)) return bytes
  const decoded = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    const digits = byte === PERCENT ? bytes.toString('latin1', index + 1, index + 3) : ''
    const isEncoded = /^[0-9A-Fa-f]{2}$/.test(digits)
    decoded[length++] = isEncoded ? Number.parseInt(digits, 16) : byte
    if (isEncoded) index += 2
  }
  return decoded.subarray(0, length)
}

const PERCENT = 0x25

/** Base64 or base64url, with or without padding; nothing else, and not nothing. */
function readBase64(text: string): Buffer | undefined {
  if (!/^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(text)) return undefined
  const digits = text.replace(/={1,2}$/, '').length
  const isPadded = digits < text.length
  if (digits % 4 === 1 || (isPadded && text.length % 4 !== 0)) return undefined
  return Buffer.from(text, 'base64')
}

/** Base64 as everybody writes it, line breaks allowed. */
function readPaddedBase64(text: string): Buffer | undefined {
  const plain = joinLines(text)
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return undefined
  return Buffer.from(plain, 'base64')
}

/** Without line breaks and indentation; spaces within a line stay. */
function joinLines(text: string): string {
  if (!/\s/.test(text)) return text
  const lines = text.split(/[\r\n]+/)
  return lines.map(line => line.trim()).join('')
}
