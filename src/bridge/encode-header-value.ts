/**
 * Encodes the value of Mcp-Name or Mcp-Param-*: plain visible ASCII as it is, anything else, and what could be
 * taken for an encoded value, as `=?base64?…?=` (2026-07-28 basic/transports/streamable-http "Value Encoding").
 */
export function encodeHeaderValue(value: string): string {
  const plain = /^[\t\x20-\x7e]*$/.test(value) && value === value.trim()
  const sentinel = value.startsWith('=?base64?') && value.endsWith('?=')
  return plain && !sentinel ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`
}
