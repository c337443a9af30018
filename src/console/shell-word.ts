/**
 * Text as one word of a shell command: bare where nothing in it is special, in double quotes where every shell
 * agrees on them, else quoted as POSIX has it (2.2.2). Nothing in it is ever expanded or run.
 */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_/:.][A-Za-z0-9_/:.=@+,-]*$/.test(text)) return text
  if (/^[A-Za-z0-9_/:.=@+, -]+$/.test(text)) return `"${text}"`
  return `'${text.replaceAll("'", "'\\''")}'`
}
