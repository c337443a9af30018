import type { JsonObject } from '../catalogue/tool.ts'
import type { ToolResult } from '../mcp/tool-result.ts'
import type { CredentialOwner } from '../upstream/credentials.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { contentBlocks } from './content-blocks.ts'
import { emptyResponse } from './empty-response.ts'
import { errorResponse } from './error-response.ts'
import { fitAnswer, type ShapedTool } from './fit-answer.ts'
import { hideSecrets } from './hide-secrets.ts'

/**
 * Turns the backend's answer into a tool's result. Never throws: whatever a backend sends becomes something that
 * a model can read. What depends on the tool (which members, how long, the next page) is {@link fitAnswer}'s.
 *
 * @param credential - whose credential the call presented, for the words of a 401 or 403.
 * @param secrets - header values that must not come back: the gateway's own credential. They are taken out as they
 *   are, so not out of what a backend has encoded or compressed.
 * @param args - what the caller asked with: for the members that it wants, and the next page's arguments.
 */
export function shapeResponse(
  response: UpstreamResponse,
  tool: ShapedTool,
  credential: CredentialOwner,
  secrets: readonly string[] = [],
  args: JsonObject = NONE,
): ToolResult {
  if (response.status >= 400) return errorResponse(response, credential, secrets, tool.answer?.errors)
  const { headers, body } = response
  const isHead = tool.operation.method === 'HEAD'
  if (body.length === 0 || isHead) {
    const text = emptyResponse(response, isHead)
    const blocks = { content: [{ type: 'text' as const, text }], structured: undefined, isEmpty: true }
    return fitAnswer(blocks, { response, tool, args })
  }
  const clean = hideSecrets(body, secrets)
  const payload = {
    body: clean,
    contentType: headers['content-type'],
    disposition: headers['content-disposition'],
  }
  const limit = tool.answer?.binaryLimit
  return fitAnswer(contentBlocks(payload, tool.name, limit), { response, tool, args })
}

const NONE: JsonObject = Object.freeze({})
