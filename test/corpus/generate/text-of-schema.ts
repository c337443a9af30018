import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { textOfPattern } from './text-of-pattern.ts'

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-01-02T03:04:05Z',
  date: '2026-01-02',
  time: '03:04:05Z',
  duration: 'PT1H',
  email: 'ada@example.com',
  'idn-email': 'ada@example.com',
  uri: 'https://example.com/a',
  url: 'https://example.com/a',
  'uri-reference': '/a',
  'uri-template': '/a/{b}',
  uuid: '3f2b8c1e-5d4a-4b6f-9a7e-0c1d2e3f4a5b',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'YWJj',
  base64: 'YWJj',
  binary: 'YWJj',
  regex: 'a+',
  'json-pointer': '/a',
  int32: '1',
  int64: '1',
  float: '1.5',
  double: '1.5',
  decimal: '1.5',
  timezone: 'Europe/London',
}

/** A text for a schema of type string; undefined where its pattern matches nothing that is known. */
export function textOfSchema({
  format,
  pattern,
  minLength,
  maxLength,
  contentEncoding,
}: JsonObject): string | undefined {
  const least = typeof minLength === 'number' ? minLength : 0
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY
  const known = typeof format === 'string' ? BY_FORMAT[format] : undefined
  if (typeof pattern === 'string') {
    if (known !== undefined && new RegExp(pattern).test(known)) return known
    const text = textOfPattern(pattern, least)
    return text === undefined || text.length > most ? undefined : text
  }
  if (known !== undefined) return known
  if (contentEncoding === 'base64') return 'YWJj'
  return 'text'.padEnd(least, 'x').slice(0, Math.max(least, Math.min(most, Math.max(4, least))))
}
