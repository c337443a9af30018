/**
 * Whether a regular expression takes time at most quadratic in a text, by its looks: one unbounded quantifier,
 * no quantified group, no back reference, few optional or bounded parts. Most patterns of real documents are;
 * for all others a deadline is set.
 */
export function isSimplePattern(pattern: string): boolean {
  const bare = pattern.replace(/\\[^1-9k]/g, 'x').replace(/\[(?:[^\]\\]|\\.)*\]/g, 'x')
  if (/\\[1-9k]/.test(bare) || /\)[*+{?]/.test(bare) || /\(\?(?!:)/.test(bare)) return false
  const unbounded = bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0
  const bounded = bare.match(/\{\d+,\d+\}|\?(?!:)/g)?.length ?? 0
  return unbounded <= 1 && bounded <= 3
}
