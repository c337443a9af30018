/**
 * Takes out of a backend's error text what no caller may read: stack frames, internal addresses, credentials.
 * What it can't recognise stays; it is the last net, not the first.
 *
 * @param secrets - values to take out wherever they stand, such as the gateway's own credential.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets.flatMap(withoutScheme)) clean = clean.replaceAll(secret, '[credential]')
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement)
  return clean.replace(/\n\s*\n+/g, '\n').trim()
}

const SHORTEST_SECRET = 6

/** An optional URL scheme in front of a host. Every repetition here is bounded: backends choose the text. */
const SCHEME = String.raw`(?<![\w.+-])(?:[a-z][a-z0-9+.-]{0,15}:\/\/)?`
const PORT = String.raw`(?::\d{1,5})?`
/** Start of a line, also of one inside a JSON string. */
const LINE = String.raw`(?:\\n|\n|^)(?:[ \t]|\\t){0,64}`
/** The rest of that line. */
const REST = String.raw`[^\n"]{0,1000}?(?=\\n|\n|"|$)`

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Stack frames of JavaScript, Java and .NET, PHP, Ruby, Go and Python.
  [new RegExp(`${LINE}at ${REST}`, 'g'), ''],
  [new RegExp(`${LINE}#\\d{1,4} ${REST}`, 'g'), ''],
  [new RegExp(`${LINE}from [^\\s"]{1,300}:\\d+:in ${REST}`, 'g'), ''],
  [new RegExp(`${LINE}goroutine \\d+${REST}`, 'g'), ''],
  [new RegExp(`${LINE}\\.\\.\\. \\d+ (?:more|common frames omitted)`, 'g'), ''],
  [new RegExp(`${LINE}File \\\\?"[^"\\n\\\\]{1,300}\\\\?", line \\d+${REST}`, 'g'), ''],
  [/Traceback \(most recent call last\):?/g, ''],
  // Source files.
  [
    /(?<![\w/\\.@-])(?:\/|[A-Za-z]:\\)[\w.@/\\-]{1,300}\.(?:[cm]?[jt]sx?|java|kt|py|rb|php|go|cs|rs|exs?|scala)\b(?::\d{1,7}){0,2}/g,
    '[file]',
  ],
  [/\b(?:Bearer|Basic|Digest|Token|ApiKey)[ \t]{1,8}[A-Za-z0-9._~+/=-]{8,}/gi, '[credential]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, '[credential]'],
  [/(\b[a-z][a-z0-9+.-]{0,15}:\/\/)[^\s/@"']{1,300}@/gi, '$1'],
  // Internal addresses and hosts.
  [
    new RegExp(
      `${SCHEME}\\b(?:(?:10|127)(?:\\.\\d{1,3}){3}|(?:169\\.254|192\\.168|172\\.(?:1[6-9]|2\\d|3[01])|100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7]))(?:\\.\\d{1,3}){2})${PORT}\\b`,
      'gi',
    ),
    '[internal address]',
  ],
  [
    new RegExp(
      `${SCHEME}(?:\\[(?:[0-9a-f]{0,4}:){2,8}[0-9a-f.]{0,15}\\]|(?<![\\w:])(?:::1|f[cde][0-9a-f]{2}(?::[0-9a-f]{0,4}){2,7}))${PORT}`,
      'gi',
    ),
    '[internal address]',
  ],
  [
    new RegExp(
      `${SCHEME}(?:localhost|(?:[a-z0-9_-]{1,63}\\.){1,8}(?:internal|local|localdomain|lan|svc|intranet|corp))\\b${PORT}`,
      'gi',
    ),
    '[internal address]',
  ],
  [/\b[a-z][a-z0-9+.-]{0,15}:\/\/[a-z0-9_-]{1,63}(?::\d{1,5})?(?=[/\s"'?\\]|$)/gi, '[internal address]'],
]

function withoutScheme(secret: string): readonly string[] {
  const bare = secret.replace(/^\S+\s+/, '')
  return [secret, bare].filter(value => value.length >= SHORTEST_SECRET)
}
