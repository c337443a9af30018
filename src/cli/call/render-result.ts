import type { CallToolResult } from '@modelcontextprotocol/client'

/**
 * The content of a result as a person reads it: text as it is, everything else as one line that says what it is.
 *
 * @param terminal - replaces control characters, which a terminal would obey
 */
export function renderResult(result: CallToolResult, terminal: boolean): string {
  const blocks = result.content.map(describe)
  const text =
    blocks.length === 0 && result.structuredContent !== undefined
      ? JSON.stringify(result.structuredContent, null, 2)
      : blocks.join('\n')
  const shown = terminal ? text.replace(/\r\n/g, '\n').replace(/[^\P{C}\n\t]/gu, '\ufffd') : text
  return shown === '' || shown.endsWith('\n') ? shown : `${shown}\n`
}

function describe(block: CallToolResult['content'][number]): string {
  if (block.type === 'text') return block.text
  if (block.type === 'resource_link') return `[${block.uri}]`
  if (block.type === 'resource') {
    const { resource } = block
    if ('text' in resource) return resource.text
    return `[${resource.mimeType ?? 'binary'}, ${bytes(resource.blob)}, ${resource.uri}; --raw prints it]`
  }
  return `[${block.mimeType}, ${bytes(block.data)}; --raw prints it]`
}

function bytes(base64: string): string {
  return `${Buffer.byteLength(base64, 'base64')} bytes`
}
