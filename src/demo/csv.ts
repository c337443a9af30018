/** A value of a table: text is protected, numbers (also as decimal text in `{ number }`) are written as they are. */
export type CsvValue = string | null | { readonly number: string }

/**
 * A table as CSV (RFC 4180): header, CRLF after every record, quotes only where needed.
 *
 * Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP "CSV Injection"): names and
 * descriptions come from people outside.
 */
export function writeCsv(header: readonly string[], records: readonly (readonly CsvValue[])[]): string {
  return [header, ...records].map(record => `${record.map(writeValue).join(',')}\r\n`).join('')
}

function writeValue(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return value.number
  const harmless = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
