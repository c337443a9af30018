import { printable } from './printable.ts'

/** Rows under a heading, columns padded to their widest cell, for terminals. Ends with a newline. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows].map(row => row.map(printable))
  const widths = heading.map((_, column) => Math.max(...lines.map(row => row[column]?.length ?? 0)))
  const render = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${lines.map(render).join('\n')}\n`
}
