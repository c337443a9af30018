import { isUtf8 } from 'node:buffer'

/**
 * Decodes the value of Mcp-Name or Mcp-Param-*: plain visible ASCII as it is, `=?base64?…?=` as the UTF-8 text
 * it holds (2026-07-28 basic/transports/streamable-http "Value Encoding"). Undefined where the value has
 * characters that no such header may have, or where the Base64 is not exactly what an encoder would write.
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!PLAIN.test(value)) return undefined
  const isEncoded =
    value.length >= PREFIX.length + SUFFIX.length && value.startsWith(PREFIX) && value.endsWith(SUFFIX)
  if (!isEncoded) return value
  const encoded = value.slice(PREFIX.length, -SUFFIX.length)
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.toString('base64') === encoded && isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

const PLAIN = /^[\t\x20-\x7e]*$/
const PREFIX = '=?base64?'
const SUFFIX = '?='
