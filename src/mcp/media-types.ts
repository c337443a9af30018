import type { IncomingHttpHeaders } from 'node:http'
import { PosternError } from '../errors.ts'

/**
 * Checks that the body is plain JSON and that the client can take an answer as JSON.
 *
 * The specification makes clients list `application/json` and `text/event-stream` in Accept. A client that
 * sends no Accept, or a range that covers JSON, can read what it gets and is served.
 *
 * @throws PosternError `unsupported_media_type` or `not_acceptable`.
 */
export function checkMediaTypes(headers: IncomingHttpHeaders): void {
  const contentType = headers['content-type']
  if (contentType !== 'application/json' && !JSON_TYPE.test(contentType ?? '')) {
    throw new PosternError('unsupported_media_type')
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new PosternError('unsupported_media_type', {
      message: 'The request body must not be compressed: send it without Content-Encoding.',
    })
  }
  if (!accepts(headers.accept, JSON_RANGE)) throw new PosternError('not_acceptable')
}

/** @throws PosternError `not_acceptable` where the client does not take an event stream. */
export function checkStreamAccepted(headers: IncomingHttpHeaders): void {
  if (!accepts(headers.accept, STREAM_RANGE)) throw new PosternError('not_acceptable')
}

/** Whether the client has said by name that it takes an event stream; where nothing needs one, a range is not enough. */
export function namesStream({ accept }: IncomingHttpHeaders): boolean {
  return accept !== undefined && STREAM_TYPE.test(accept)
}

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?;?[ \t]*$/i
const JSON_RANGE = /(?:^|[\s,])(?:application\/json|application\/\*|\*\/\*)(?:$|[\s,;])/i
const STREAM_TYPE = /(?:^|[\s,])text\/event-stream(?:$|[\s,;])/i
const STREAM_RANGE = /(?:^|[\s,])(?:text\/event-stream|text\/\*|\*\/\*)(?:$|[\s,;])/i

function accepts(accept: string | undefined, range: RegExp): boolean {
  return accept === undefined || accept === '' || range.test(accept)
}
