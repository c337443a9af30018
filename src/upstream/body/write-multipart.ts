import { randomBytes } from 'node:crypto'

/** One part, complete. */
export interface WrittenPart {
  /** Empty where parts are told apart by their place. */
  readonly name: string
  readonly fileName: string | undefined
  readonly contentType: string | undefined
  readonly content: string | Buffer
}

/** A body and the `Content-Type` that goes with it. */
export interface TypedBody {
  readonly bytes: Buffer
  readonly contentType: string
}

/**
 * Puts parts together (RFC 2046 5.1, RFC 7578). The boundary is random and in none of the parts.
 *
 * @param mediaType - the multipart type without its boundary, `multipart/form-data`
 */
export function writeMultipart(mediaType: string, parts: readonly WrittenPart[]): TypedBody {
  const contents = parts.map(({ content }) =>
    typeof content === 'string' ? Buffer.from(content, 'utf8') : content,
  )
  const boundary = freshBoundary(contents)
  const pieces: Buffer[] = []
  for (const [index, part] of parts.entries()) {
    pieces.push(
      Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n`, 'utf8'),
      contents[index] ?? NOTHING,
      LINE_END,
    )
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`, 'latin1'))
  const type = mediaType.split(';', 1)[0]?.trim() ?? mediaType
  return {
    bytes: Buffer.concat(pieces),
    contentType: `${type}; boundary=${boundary}${rootType(type, parts)}`,
  }
}

/** `multipart/related` says what its first part is (RFC 2387 3.1). */
function rootType(mediaType: string, [first]: readonly WrittenPart[]): string {
  if (mediaType.toLowerCase() !== 'multipart/related') return ''
  return `; type="${first?.contentType?.split(';', 1)[0] ?? 'text/plain'}"`
}

function freshBoundary(contents: readonly Buffer[]): string {
  for (;;) {
    const boundary = `postern-${randomBytes(18).toString('hex')}`
    if (!contents.some(content => content.includes(boundary))) return boundary
  }
}

function headOf({ name, fileName, contentType }: WrittenPart): string {
  const disposition = [
    ...(name === '' ? [] : [`form-data; name="${quoted(name)}"`]),
    ...(fileName === undefined ? [] : [`${name === '' ? 'attachment; ' : ''}filename="${quoted(fileName)}"`]),
  ]
  const lines = disposition.length === 0 ? '' : `Content-Disposition: ${disposition.join('; ')}\r\n`
  return contentType === undefined ? lines : `${lines}Content-Type: ${contentType}\r\n`
}

/** As browsers write names (WHATWG HTML "Multipart form data"); all that could end the quotes or the line goes. */
function quoted(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('"', '%22')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll('\0', '')
}

const NOTHING: Buffer = Buffer.alloc(0)
const LINE_END: Buffer = Buffer.from('\r\n')
