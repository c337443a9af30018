/** A text that was cut, and how much of it is left. */
export interface CutText {
  readonly text: string
  readonly unit: 'characters' | 'lines'
  readonly kept: number
  readonly total: number
}

/**
 * The start of a text that is too long: whole lines where its lines are records (CSV, NDJSON, events), otherwise
 * characters, never half of one. Ends with `…` where it ends within a line.
 */
export function cutText(text: string, limit: number, isRecords: boolean): CutText {
  const lineEnd = isRecords ? text.lastIndexOf('\n', limit) : -1
  if (lineEnd > 0) {
    const kept = text.slice(0, lineEnd)
    return { text: kept, unit: 'lines', kept: countLines(kept), total: countLines(text) }
  }
  const code = text.charCodeAt(limit - 1)
  const end = code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit
  return { text: `${text.slice(0, end)}…`, unit: 'characters', kept: end, total: text.length }
}

function countLines(text: string): number {
  let count = text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}
