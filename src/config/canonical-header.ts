/**
 * A header's name as backends compare it: without case, and `_` as `-`, which become one where headers become
 * variables (CGI, RFC 3875 section 4.1.18).
 */
export function canonicalHeader(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}
