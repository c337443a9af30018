/** A Content-Type or Content-Disposition value, taken apart (RFC 9110 8.3, RFC 6266). */
export interface MediaType {
  /** Lower case, without parameters: `application/json`. Empty where the header is missing or unreadable. */
  readonly type: string
  /** Lower-case names; values as sent, unquoted. */
  readonly parameters: ReadonlyMap<string, string>
}

/** Reads a header value; never throws, and keeps the first of repeated parameters. */
export function parseMediaType(header: string | readonly string[] | undefined): MediaType {
  const value = typeof header === 'string' ? header : header?.[0]
  if (value === undefined) return NOTHING
  const known = cache.get(value)
  if (known !== undefined) return known
  const parsed = parse(value.slice(0, MAX_LENGTH))
  if (cache.size >= MAX_CACHE) cache.clear()
  cache.set(value, parsed)
  return parsed
}

/** Whether a type holds JSON: `application/json`, `text/json` or any `+json`; not the sequences of values. */
export function isJson(type: string): boolean {
  return (
    type === 'application/json' || type === 'text/json' || (type.endsWith('+json') && !SEQUENCE.test(type))
  )
}

/** Whether a type holds text that a model can read as it is. */
export function isText(type: string): boolean {
  return type.startsWith('text/') || type.endsWith('+xml') || type.endsWith('+yaml') || TEXT.has(type)
}

const MAX_LENGTH = 1024
const MAX_CACHE = 256
const NOTHING: MediaType = { type: '', parameters: new Map() }
const cache = new Map<string, MediaType>()
const SEQUENCE = /(?:seq|stream)\+json$/
const TEXT: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/graphql',
  'application/javascript',
  'application/json5',
  'application/ld-json',
  'application/rtf',
  'application/sql',
  'application/toml',
  'application/x-javascript',
  'application/x-sh',
  'application/x-www-form-urlencoded',
  'application/x-yaml',
  'application/xml',
  'application/xml-dtd',
  'application/yaml',
])

function parse(value: string): MediaType {
  const head = value.split(';', 1)[0] ?? ''
  const parameters = new Map<string, string>()
  const pattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g
  for (const [, name = '', quoted, token = ''] of value.matchAll(pattern)) {
    const key = name.toLowerCase()
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, '$1') ?? token)
  }
  return { type: head.trim().toLowerCase(), parameters }
}
