import type { InputRequired } from '../elicitation/dialogue.ts'
import type { MessageId } from './json-rpc.ts'
import type { ContentBlock, ToolResult } from './tool-result.ts'

/** A JSON-RPC response around the members of a result that are already serialised, `"tools":[…]`. */
export function renderResult(id: MessageId, members: string): string {
  return `${responseHead(id)}${members}}}`
}

/** The start of a JSON-RPC response up to where the members of `result` begin; `}}` ends it. */
export function responseHead(id: MessageId): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{`
}

/**
 * A `tools/call` response. `modernMeta` is the `"_meta":{…}` member of the modern era, undefined in the legacy
 * one, whose results have no `resultType` either. Put together as text: this is on the path of every call.
 */
export function renderToolResult(id: MessageId, result: ToolResult, modernMeta: string | undefined): string {
  if (result.inputRequired !== undefined) return renderInputRequired(id, result.inputRequired, modernMeta)
  let content = ''
  for (const block of result.content) {
    content += content === '' ? renderBlock(block) : `,${renderBlock(block)}`
  }
  const structured = result.structured === undefined ? '' : `"structuredContent":${result.structured},`
  const body = `"content":[${content}],${structured}"isError":${result.isError}`
  if (modernMeta === undefined) {
    const meta = result.meta === undefined ? '' : `,"_meta":{${result.meta}}`
    return `${responseHead(id)}${body}${meta}}}`
  }
  const meta = result.meta === undefined ? modernMeta : `${modernMeta.slice(0, -1)},${result.meta}}`
  return `${responseHead(id)}"resultType":"complete",${body},${meta}}}`
}

/** A response that asks for more (2026-07-28 basic/patterns/mrtr "InputRequiredResult"). */
export function renderInputRequired(
  id: MessageId,
  { requests, state }: InputRequired,
  modernMeta: string | undefined,
): string {
  const entries = Object.entries(requests).map(([name, { message, requestedSchema }]) => {
    const params = { mode: 'form', message, requestedSchema }
    return [name, { method: 'elicitation/create', params }]
  })
  const body = `"inputRequests":${JSON.stringify(Object.fromEntries(entries))},"requestState":${JSON.stringify(state)}`
  const meta = modernMeta === undefined ? '' : `,${modernMeta}`
  return `${responseHead(id)}"resultType":"input_required",${body}${meta}}}`
}

function renderBlock(block: ContentBlock): string {
  return block.type === 'text'
    ? `{"type":"text","text":${block.quoted ?? JSON.stringify(block.text)}}`
    : JSON.stringify(block)
}
