import type { ToolResult } from '../mcp/tool-result.ts'

/** What the product calls an error. */
export interface ShownCode {
  /** The product's code. */
  readonly code: string
  /** Postern's own code, where it was Postern that refused. */
  readonly reason?: string
}

/**
 * A result with `isError` of some lines of text. A product's code is the last line, where the model reads it, and
 * `_meta["postern/error"]`, where programs do: `structuredContent` is left to what the tool's schema promises.
 */
export function failedResult(lines: readonly string[], shown?: ShownCode): ToolResult {
  const result = { structured: undefined, isError: true }
  if (shown === undefined) return { content: [{ type: 'text', text: lines.join('\n') }], ...result }
  return {
    content: [{ type: 'text', text: [...lines, `Error code: ${shown.code}`].join('\n') }],
    ...result,
    meta: `"postern/error":${JSON.stringify(shown)}`,
    errorCode: shown.code,
  }
}
