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

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Stack frames of JavaScript, Java, Python, .NET, PHP, Ruby and Go, as lines or escaped inside JSON.
  [/(?:\\n|\n)\s*at [^\n"]*?(?=\\n|\n|"|$)/g, ''],
  [/(?:\\n|\n|^)\s*File \\?"[^"\n]*", line \d+[^\n"]*/g, ''],
  [/(?:\\n|\n|^)\s*#\d+ [^\n"]*?\(\d+\)[^\n"]*?(?=\\n|\n|"|$)/g, ''],
  [/(?:\\n|\n|^)\s*from [^\s"]+:\d+:in [^\n"]*?(?=\\n|\n|"|$)/g, ''],
  [/Traceback \(most recent call last\):?/g, ''],
  [/(?:\\n|\n|^)goroutine \d+[^\n"]*/g, ''],
  [/(?:\\n|\n)\s*\.\.\. \d+ (?:more|common frames omitted)/g, ''],
  // File paths with a line number.
  [
    /(?:\/|[A-Za-z]:\\)[\w.@/\\-]+\.(?:[cm]?[jt]sx?|java|kt|py|rb|php|go|cs|rs|ex|exs|scala)(?::\d+){0,2}/g,
    '[file]',
  ],
  [/\b(?:Bearer|Basic|Digest|Token|ApiKey)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '[credential]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, '[credential]'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, '$1'],
  // Internal hosts and addresses, with scheme and port where they have them.
  [
    /(?:[a-z][a-z0-9+.-]*:\/\/)?\b(?:10(?:\.\d{1,3}){3}|127(?:\.\d{1,3}){3}|169\.254(?:\.\d{1,3}){2}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2})(?::\d{1,5})?\b/gi,
    '[internal address]',
  ],
  [
    /(?:[a-z][a-z0-9+.-]*:\/\/)?\[?(?:f[cde][0-9a-f]{2}(?::[0-9a-f]{0,4}){2,7}|::1)\]?(?::\d{1,5})?/gi,
    '[internal address]',
  ],
  [
    /(?:[a-z][a-z0-9+.-]*:\/\/)?\b(?:localhost(?::\d{1,5})?|(?:[a-z0-9_-]+\.)+(?:internal|local|localdomain|lan|cluster\.local|svc|intranet|corp)(?::\d{1,5})?)\b/gi,
    '[internal address]',
  ],
  [/\b[a-z0-9][a-z0-9-]*:\/\/[a-z0-9_-]+(?::\d{1,5})(?=[/\s"'?]|$)/gi, '[internal address]'],
]

function withoutScheme(secret: string): readonly string[] {
  const bare = secret.replace(/^\S+\s+/, '')
  return [secret, bare].filter(value => value.length >= SHORTEST_SECRET)
}
