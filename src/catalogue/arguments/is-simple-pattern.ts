/**
 * Whether a regular expression takes time at most quadratic in a text, by its looks: one unbounded quantifier,
 * no quantified group, no back reference, few groups with alternatives, few optional or bounded parts and these
 * with few ways to divide a text between them. Most patterns of real documents are; for all others a deadline is
 * set.
 */
export function isSimplePattern(pattern: string): boolean {
  const bare = pattern.replace(/\\[^1-9k]/g, 'x').replace(/\[(?:[^\]\\]|\\.)*\]/g, 'x')
  if (/\\[1-9k]/.test(bare) || /\)[*+{?]/.test(bare) || /\(\?(?!:)/.test(bare)) return false
  const groups = bare.match(/\(/g)?.length ?? 0
  if (bare.includes('|') && groups > 2) return false
  const unbounded = bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0
  const bounded = [...bare.matchAll(/\{(\d+),(\d+)\}|\?(?!:)/g)]
  const ways = bounded.reduce(
    (product, [, least = 0, most = 1]) => product * (Number(most) - Number(least) + 1),
    1,
  )
  return unbounded <= 1 && bounded.length <= 3 && ways <= (unbounded === 0 ? 4_096 : 16)
}
