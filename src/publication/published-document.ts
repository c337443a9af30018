import { createHash } from 'node:crypto'

/** What is answered at one address, to everybody alike. */
export interface PublishedDocument {
  readonly mediaType: string
  readonly body: Buffer
  /** A strong validator, with its quotes (RFC 9110 section 8.8.3). */
  readonly etag: string
}

/** A text of a media type, with the validator that follows from it. */
export function publishedDocument(mediaType: string, text: string): PublishedDocument {
  const body = Buffer.from(text)
  const digest = createHash('sha256').update(mediaType).update('\0').update(body).digest('base64url')
  return { mediaType, body, etag: `"${digest.slice(0, 27)}"` }
}
