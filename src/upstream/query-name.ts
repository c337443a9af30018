/**
 * A query name as lenient backends compare it: decoded however often it was encoded, without case, brackets or
 * the punctuation that some frameworks rewrite (`org.id`, `org id` and `org_id[]` are one name to PHP).
 */
export function foldQueryName(name: string): string {
  return decodeQueryName(name)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Decodes a query name until nothing is left to decode. */
export function decodeQueryName(name: string): string {
  let decoded = name.replaceAll('+', ' ')
  for (let round = 0; round < 4 && decoded.includes('%'); round++) {
    decoded = decoded.replace(/(?:%[0-9A-Fa-f]{2})+/g, bytes =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
    )
  }
  return decoded
}
