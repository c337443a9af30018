import type { UpstreamResponse } from '../upstream/send.ts'
import { decodeText, looksLikeText } from './decode-text.ts'
import { type JsonText, readJson } from './json-text.ts'
import { isJson, isText, parseMediaType } from './media-type.ts'

/** The body of an error answer as far as it can be read. */
export interface ErrorBody {
  /** Undefined where it is not JSON. */
  readonly json: JsonText | undefined
  /** The text, or an HTML page's title; empty where it is not text. */
  readonly text: string
}

/** Reads the body of an error answer; of a long one only the start, which is then no JSON. */
export function readErrorBody({ headers, body }: UpstreamResponse): ErrorBody {
  const { type, parameters } = parseMediaType(headers['content-type'])
  const isReadable = isJson(type) || isText(type) || (type === '' && looksLikeText(body))
  if (!isReadable) return { json: undefined, text: '' }
  const source = decodeText(body.subarray(0, MAX_BYTES), parameters.get('charset')).trim()
  const isHtml = type.includes('html') || /^<(?:!doctype|html|head|body)\b/i.test(source)
  if (isHtml) return { json: undefined, text: htmlTitle(source) }
  return { json: /^[{["]/.test(source) ? readJson(source) : undefined, text: source }
}

function htmlTitle(source: string): string {
  const match =
    /<title[^>]{0,200}>([^<]{0,500})/i.exec(source) ?? /<h1[^>]{0,200}>([^<]{0,500})/i.exec(source)
  const title = match?.[1] ?? ''
  return title
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
}

/** What is looked at; no error page is read beyond this. */
const MAX_BYTES = 65_536
