import { type ContentBlock, QuotedText } from '../mcp/tool-result.ts'
import { scanCompactJson } from './compact-json.ts'
import { decodeText, isUtf8Label, looksLikeText } from './decode-text.ts'
import { collectEvents } from './event-stream.ts'
import { fileName } from './file-name.ts'
import { isJsonSequence, readSequence } from './json-sequence.ts'
import { CompactJson, type JsonText, readJson } from './json-text.ts'
import { isJson, isText, type MediaType, parseMediaType } from './media-type.ts'
import { parseMultipart } from './multipart.ts'

/** A body and the headers that describe it: a whole answer or one part of a multipart one. */
export interface Payload {
  readonly body: Buffer
  readonly contentType: string | readonly string[] | undefined
  readonly disposition: string | readonly string[] | undefined
}

/** What a payload became. */
export interface Blocks {
  readonly content: readonly ContentBlock[]
  /** The JSON text where the payload is one JSON object. */
  readonly structured: string | undefined
  /** The whole payload where it is one JSON value; then the only block is its text. */
  readonly json?: JsonText | undefined
  /** Whether there is no answer but the status, in the gateway's words. */
  readonly isEmpty?: boolean
  /** Whether the lines of the text are records, none of which makes sense in part. */
  readonly isRecords?: boolean
}

/**
 * A payload as content blocks. Text stays text, images and audio become blocks of their kind, everything else
 * a resource with its bytes; without a Content-Type the bytes decide between JSON, text and binary.
 *
 * Only a JSON object becomes structured content: the 2025 revisions of MCP allow nothing else there, and
 * wrapping a list into an invented object would contradict the operation's documentation.
 *
 * @param tool - the tool's name, for the URI of a resource, `postern://<tool>/<file name>`.
 * @param binaryLimit - most bytes of a file, image or sound; a longer one is only described.
 */
export function contentBlocks(
  payload: Payload,
  tool: string,
  binaryLimit = Number.POSITIVE_INFINITY,
  depth = 0,
): Blocks {
  const media = parseMediaType(payload.contentType)
  const { type } = media
  if (isJson(type)) return jsonBlocks(payload.body, media)
  if (type === 'text/event-stream') return recordBlocks(collectEvents(payload.body))
  if (isJsonSequence(type)) {
    return recordBlocks(readSequence(decodeText(payload.body, media.parameters.get('charset'))))
  }
  if (type === 'multipart/mixed' && depth === 0) return multipartBlocks(payload, media, tool, binaryLimit)
  if (type === '' || !type.includes('/')) return sniffedBlocks(payload, tool, binaryLimit)
  if (isText(type) || type === 'image/svg+xml') {
    const text = textBlock(decodeText(payload.body, media.parameters.get('charset')))
    return RECORDS.test(type) ? { ...text, isRecords: true } : text
  }
  if (payload.body.length > binaryLimit) return tooLarge(payload, type, binaryLimit)
  if (type.startsWith('image/')) return mediaBlock('image', type, payload.body)
  if (type.startsWith('audio/')) return mediaBlock('audio', type, payload.body)
  return resourceBlock(payload, type, tool)
}

const RECORDS = /^text\/(?:csv|tab-separated-values|comma-separated-values)$/

function jsonBlocks(body: Buffer, media: MediaType): Blocks {
  const charset = media.parameters.get('charset')
  const source = decodeText(body, charset)
  // Bytes that are not the UTF-8 they should be stand in strings there, whatever they are read as.
  const compact = isUtf8Label(charset) ? scanCompactJson(body) : undefined
  if (compact !== undefined) {
    const { escaped } = compact
    const block = escaped === undefined ? undefined : new QuotedText(source, decodeText(escaped, charset))
    return jsonBlock(new CompactJson(source), block)
  }
  const json = readJson(source)
  if (json === undefined) return textBlock(`The API called this JSON, but it is not valid JSON:\n${source}`)
  return jsonBlock(json)
}

function jsonBlock(json: JsonText, block: ContentBlock = { type: 'text', text: json.text }): Blocks {
  const { text } = json
  return { content: [block], structured: text.startsWith('{') ? text : undefined, json }
}

/** Values that came one after the other, one to a line; a single JSON value is an answer like any other. */
function recordBlocks(records: readonly string[]): Blocks {
  const json = records.length === 1 ? readJson(records[0] ?? '') : undefined
  if (json !== undefined) return jsonBlock(json)
  return { ...textBlock(records.join('\n')), isRecords: true }
}

/** A file in part is no file: it is left out as a whole. */
function tooLarge({ body, disposition }: Payload, type: string, limit: number): Blocks {
  const name = fileName(disposition)
  const what = [...(name === undefined ? [] : [name]), type, `${body.length.toLocaleString('en')} bytes`]
  const most = limit.toLocaleString('en')
  return textBlock(
    `The answer is a file (${what.join(', ')}). This tool gives files of at most ${most} bytes, so it is left out.`,
  )
}

function sniffedBlocks(payload: Payload, tool: string, binaryLimit: number): Blocks {
  if (!looksLikeText(payload.body)) {
    return contentBlocks({ ...payload, contentType: 'application/octet-stream' }, tool, binaryLimit)
  }
  const text = decodeText(payload.body, undefined)
  const json = /^\s*[{[]/.test(text) ? readJson(text) : undefined
  return json === undefined ? textBlock(text) : jsonBlock(json)
}

function textBlock(text: string): Blocks {
  return { content: [{ type: 'text', text }], structured: undefined }
}

function mediaBlock(type: 'image' | 'audio', mimeType: string, body: Buffer): Blocks {
  return { content: [{ type, data: body.toString('base64'), mimeType }], structured: undefined }
}

function resourceBlock({ body, disposition }: Payload, mimeType: string, tool: string): Blocks {
  const uri = `postern://${tool}/${encodeURIComponent((fileName(disposition) ?? 'content').toWellFormed())}`
  const resource = { uri, mimeType, blob: body.toString('base64') }
  return { content: [{ type: 'resource', resource }], structured: undefined }
}

function multipartBlocks(payload: Payload, media: MediaType, tool: string, binaryLimit: number): Blocks {
  const parts = parseMultipart(payload.body, media.parameters.get('boundary'))
  if (parts === undefined) return resourceBlock(payload, media.type, tool)
  const content = parts.flatMap(({ headers, body }) => {
    const part = {
      body: decodeTransfer(body, headers.get('content-transfer-encoding')),
      // RFC 2046 5.1: a part without a type is text/plain.
      contentType: headers.get('content-type') ?? 'text/plain',
      disposition: headers.get('content-disposition'),
    }
    return contentBlocks(part, tool, binaryLimit, 1).content
  })
  return { content, structured: undefined }
}

function decodeTransfer(body: Buffer, encoding: string | undefined): Buffer {
  return encoding?.trim().toLowerCase() === 'base64' ? Buffer.from(body.toString('latin1'), 'base64') : body
}
