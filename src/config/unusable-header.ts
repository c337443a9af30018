const CONNECTION = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'accept',
  'accept-encoding',
  'date',
  'via',
])
const BROWSER = new Set(['cookie', 'set-cookie', 'origin', 'referer', 'user-agent'])

/**
 * Why a header can't carry a credential; undefined if it can. Those refused are headers of the connection or the
 * message (RFC 9110 sections 7.6.1 and 8), of proxies, of MCP itself, and those that browsers fill in on their
 * own: a credential that a browser adds without being asked can be used by any web page.
 */
export function unusableHeader(name: string): string | undefined {
  const header = name.toLowerCase()
  if (CONNECTION.has(header)) return 'belongs to the HTTP message itself'
  if (BROWSER.has(header) || header.startsWith('sec-')) return 'is filled in by browsers'
  if (header.startsWith('mcp-')) return 'belongs to MCP'
  if (header.startsWith('proxy-') || /^(x-)?forwarded/.test(header)) return 'belongs to proxies'
  return undefined
}
