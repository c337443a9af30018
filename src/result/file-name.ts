import { parseMediaType } from './media-type.ts'

/**
 * The file name of a Content-Disposition header (RFC 6266; `filename*` of RFC 8187 first), cleaned so that it
 * is one path segment and harmless to show and to save; undefined where there is none.
 */
export function fileName(header: string | readonly string[] | undefined): string | undefined {
  const { parameters } = parseMediaType(header)
  const extended = parameters.get('filename*')
  const name = (extended && decodeExtended(extended)) ?? asUtf8(parameters.get('filename'))
  if (!name) return undefined
  const cleaned = name
    .normalize('NFC')
    .replace(/^.*[/\\]/s, '')
    .replace(UNSAFE, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  return cleaned === '' ? undefined : shorten(cleaned)
}

const MAX_LENGTH = 120
/** Control and format characters (among them those that turn the text's direction), and what shells or Windows mind. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*]/gu

function decodeExtended(value: string): string | undefined {
  const [, charset = '', encoded = ''] = /^([\w-]+)'[\w-]*'(.*)$/s.exec(value) ?? []
  if (!/^utf-?8$/i.test(charset)) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

/** undici gives header bytes as Latin-1; names in practice are UTF-8. */
function asUtf8(value: string | undefined): string | undefined {
  if (value === undefined || !/[\x80-\xff]/.test(value)) return value
  const decoded = Buffer.from(value, 'latin1').toString('utf8')
  return decoded.includes('\ufffd') ? value : decoded
}

function shorten(name: string): string {
  const characters = [...name]
  if (characters.length <= MAX_LENGTH) return name
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  return characters.slice(0, MAX_LENGTH - extension.length).join('') + extension
}
