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
 * Undefined where it is none of them. Linear in the text's length.
 *
 * @param encoding - `binary`, `anyFile` or `textFile`; see {@link Encoding}
 */
export function readFile(text: string, encoding: Encoding): GivenFile | undefined {
  const given = readDataUri(text)
  if (given !== undefined) return given
  if (encoding !== 'textFile') {
    const bytes = readBase64(text)
    if (bytes !== undefined) return { bytes, mediaType: undefined, fileName: undefined }
    if (encoding === 'binary') return undefined
  }
  return { bytes: Buffer.from(text, 'utf8'), mediaType: undefined, fileName: undefined }
}

/** Longest part before the comma of a data URI that is looked at. */
const LONGEST_HEAD = 1_024

function readDataUri(text: string): GivenFile | undefined {
  if (!/^data:/i.test(text.slice(0, 5))) return undefined
  const comma = text.slice(0, LONGEST_HEAD).indexOf(',')
  if (comma < 0) return undefined
  const [type = '', ...parameters] = text.slice(5, comma).split(';')
  const isBase64 = parameters.at(-1)?.trim().toLowerCase() === 'base64'
  const data = text.slice(comma + 1)
  const bytes = isBase64 ? readBase64(percentDecode(data)?.toString('latin1') ?? '') : percentDecode(data)
  if (bytes === undefined) return undefined
  const name = parameters.map(each => each.trim()).find(each => /^(?:file)?name=/i.test(each))
  return { bytes, mediaType: mediaTypeOf(type), fileName: name === undefined ? undefined : nameOf(name) }
}

function mediaTypeOf(type: string): string | undefined {
  const plain = type.trim().toLowerCase()
  return /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(plain) ? plain : undefined
}

function nameOf(parameter: string): string | undefined {
  const written = parameter.slice(parameter.indexOf('=') + 1).replace(/^"(.*)"$/, '$1')
  const name = percentDecode(written)?.toString('utf8')
  // A name, not a path: what receives the file may write it somewhere.
  const last = name
    ?.replace(/\p{Cc}/gu, '')
    .split(/[/\\]/)
    .at(-1)
    ?.trim()
  return last === undefined || /^\.{0,2}$/.test(last) ? undefined : last.slice(0, 255)
}

/** Undefined where a percent sign is followed by no two hexadecimal digits. */
function percentDecode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'utf8')
  if (!bytes.includes(PERCENT)) return bytes
  const decoded = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    if (byte !== PERCENT) {
      decoded[length++] = byte
      continue
    }
    const digits = bytes.toString('latin1', index + 1, index + 3)
    if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined
    decoded[length++] = Number.parseInt(digits, 16)
    index += 2
  }
  return decoded.subarray(0, length)
}

const PERCENT = 0x25

/** Base64 or base64url, with or without padding, line breaks allowed; nothing else, and not nothing. */
function readBase64(text: string): Buffer | undefined {
  const plain = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, '') : text
  if (!/^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(plain)) return undefined
  const digits = plain.replace(/={1,2}$/, '').length
  const isPadded = digits < plain.length
  if (digits % 4 === 1 || (isPadded && plain.length % 4 !== 0)) return undefined
  return Buffer.from(plain, 'base64')
}
