/**
 * What the forms of a word have in common, for looking up only: `issues` and `issue`, `branches` and `branch`,
 * `policies` and `policy`, `archive` and `archived` each become one text, which need not be a word. The plural after
 * the S-stemmer of Harman (1991), "How effective is suffixing?", with `-ed`, `-ing` and a last `e` taken off as well.
 * Light on purpose: what goes further (`organization` and `organic`) finds more and means less.
 *
 * @param word - lower case
 */
export function stemWord(word: string): string {
  if (word.length < 4) return word
  const singular = word.endsWith('s') && !/(?:ss|us)$/.test(word) ? word.slice(0, -1) : word
  if (singular.endsWith('ie')) return singular.slice(0, -1)
  if (singular.endsWith('y') && !/[aeiou]y$/.test(singular)) return `${singular.slice(0, -1)}i`
  if (singular.length > 5 && singular.endsWith('ed')) return singular.slice(0, -2)
  if (singular.length > 5 && singular.endsWith('ing')) return singular.slice(0, -3)
  const isSilent = singular.length > 4 ? singular.endsWith('e') : SILENT.test(singular)
  return isSilent ? singular.slice(0, -1) : singular
}

/** Of short words: `boxes`, `closes`; not `use`, not `note`. */
const SILENT = /^..(?:s|x|z)e$/
