/** Extensions of the media types that people upload, with the dot; empty for others. */
export function fileExtension(contentType: string): string {
  return EXTENSIONS.get(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '') ?? ''
}

const EXTENSIONS = new Map([
  ['application/gzip', '.gz'],
  ['application/json', '.json'],
  ['application/jsonl', '.jsonl'],
  ['application/pdf', '.pdf'],
  ['application/xml', '.xml'],
  ['application/zip', '.zip'],
  ['audio/mpeg', '.mp3'],
  ['audio/ogg', '.ogg'],
  ['audio/wav', '.wav'],
  ['audio/webm', '.webm'],
  ['image/gif', '.gif'],
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['image/svg+xml', '.svg'],
  ['image/webp', '.webp'],
  ['text/csv', '.csv'],
  ['text/html', '.html'],
  ['text/markdown', '.md'],
  ['text/plain', '.txt'],
  ['video/mp4', '.mp4'],
  ['video/webm', '.webm'],
])
