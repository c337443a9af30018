/**
 * A decoded path as lenient backends compare it: without case and in the compatibility form (full-width letters
 * are letters).
 */
export function foldPath(path: string): string {
  return path.normalize('NFKC').toLowerCase()
}

/**
 * The folded paths that backends may read in a decoded one: as it is, and with what some of them cut off each
 * segment: path parameters after `;`, white space around it.
 */
export function readingsOf(path: string): readonly string[] {
  const folded = foldPath(path)
  if (PLAIN.test(folded)) return [folded]
  const cut = folded.split('/').map(segment => segment.split(';', 1)[0]?.trim() ?? '')
  return [folded, cut.join('/')]
}

const PLAIN = /^[a-z0-9._~/-]*$/
