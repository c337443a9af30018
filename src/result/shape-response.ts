import type { Tool } from '../catalogue/tool.ts'
import type { ToolResult } from '../mcp/tool-result.ts'
import type { CredentialOwner } from '../upstream/credentials.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { contentBlocks } from './content-blocks.ts'
import { emptyResponse } from './empty-response.ts'
import { errorResponse } from './error-response.ts'

/**
 * Turns the backend's answer into a tool's result. Pure, and never throws: whatever a backend sends becomes
 * something that a model can read.
 *
 * @param credential - whose credential the call presented, for the words of a 401 or 403.
 * @param secrets - header values that must not come back: the gateway's own credential. They are taken out as they
 *   are, so not out of what a backend has encoded or compressed.
 */
export function shapeResponse(
  response: UpstreamResponse,
  tool: Pick<Tool, 'name' | 'operation'>,
  credential: CredentialOwner,
  secrets: readonly string[] = [],
): ToolResult {
  if (response.status >= 400) return errorResponse(response, credential, secrets)
  const isHead = tool.operation.method === 'HEAD'
  if (response.body.length === 0 || isHead) {
    return {
      content: [{ type: 'text', text: emptyResponse(response, isHead) }],
      structured: undefined,
      isError: false,
    }
  }
  const { headers } = response
  const body = withoutSecrets(response.body, secrets)
  const payload = { body, contentType: headers['content-type'], disposition: headers['content-disposition'] }
  const { content, structured } = contentBlocks(payload, tool.name)
  return { content, structured, isError: false }
}

/** A value that is shorter could stand there by chance. */
const SHORTEST_SECRET = 12

function withoutSecrets(body: Buffer, secrets: readonly string[]): Buffer {
  let clean = body
  for (const secret of secrets) {
    const bare = secret.slice(secret.indexOf(' ') + 1)
    if (bare.length < SHORTEST_SECRET || !clean.includes(bare)) continue
    clean = Buffer.from(clean.toString('latin1').replaceAll(bare, '[credential]'), 'latin1')
  }
  return clean
}
