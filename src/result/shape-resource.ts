import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { unknownResource } from '../mcp/resources/unknown-resource.ts'
import type { ContentBlock, ToolResult } from '../mcp/tool-result.ts'
import type { CredentialOwner } from '../upstream/credentials.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import type { ShapedTool } from './fit-answer.ts'
import { isJson, isText, parseMediaType } from './media-type.ts'
import { shapeResponse } from './shape-response.ts'

/** What is read, and by which revision of MCP. */
export interface ReadTarget {
  readonly uri: string
  readonly protocolVersion: string
}

/**
 * Turns the backend's answer into the contents of a resource, by the same steps as a tool's result: members that the
 * caller does not get are left out, long answers cut, secrets hidden. Text stays text, all else is base64. An answer
 * without a body is an empty text.
 *
 * @throws PosternError `unknown_resource` where the backend has none (404, 410), `unreadable_resource` for every other
 * error of its, with the words that a tool's result would have and the product's code where a rule names it (`data.code`)
 */
export function shapeResource(
  response: UpstreamResponse,
  tool: ShapedTool,
  credential: CredentialOwner,
  secrets: readonly string[],
  args: JsonObject,
  { uri, protocolVersion }: ReadTarget,
): ToolResult {
  const { type } = parseMediaType(response.headers['content-type'])
  if (response.body.length === 0 && response.status < 400) {
    const resource = type === '' ? { uri, text: '' } : { uri, mimeType: type, text: '' }
    return { content: [{ type: 'resource', resource }], structured: undefined, isError: false }
  }
  const shaped = shapeResponse(response, tool, credential, secrets, args)
  if (shaped.isError) {
    const isGone = response.status === 404 || response.status === 410
    // What the product has a word of its own for is said in that.
    if (isGone && shaped.errorCode === undefined) throw unknownResource(uri, protocolVersion)
    const [first] = shaped.content
    throw new PosternError('unreadable_resource', {
      data: { uri, ...(shaped.errorCode !== undefined && { code: shaped.errorCode }) },
      ...(first?.type === 'text' ? { message: first.text } : {}),
    })
  }
  const textType = isJson(type) || isText(type) || type === 'image/svg+xml' ? type : 'text/plain'
  const content = shaped.content.map((block, index) =>
    // Behind the answer itself come the gateway's own words about it.
    asResource(block, uri, index === 0 ? textType : 'text/plain'),
  )
  return { ...shaped, content, structured: undefined }
}

function asResource(block: ContentBlock, uri: string, textType: string): ContentBlock {
  switch (block.type) {
    case 'text':
      return { type: 'resource', resource: { uri, mimeType: textType, text: block.text } }
    case 'resource':
      return { type: 'resource', resource: { ...block.resource, uri } }
    default:
      return { type: 'resource', resource: { uri, mimeType: block.mimeType, blob: block.data } }
  }
}
