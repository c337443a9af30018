/**
 * The names that tests of a file are written with: what a call of `test` begins with, keys of a table of cases, and
 * their member `name`. Of a name with parts that only a run knows, what comes before the first of them.
 *
 * @param source - of a test file
 */
export function namedTests(source: string): readonly string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
  return PLACES.flatMap(place =>
    [...code.matchAll(place)].map(([, , name = '']) => (name.split('${')[0] ?? '').replace(/\\(.)/g, '$1')),
  ).filter(name => name !== '')
}

/** Each with the quote and the name; a test that is switched off where it stands is none. */
const PLACES = [
  /\.test\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])+)\1(?!,\s*\{ (?:skip: true|todo))/g,
  /^\s*(['"])((?:\\.|(?!\1)[^\\\n])+)\1: /gm,
  /\bname: (['"`])((?:\\.|(?!\1)[^\\\n])+)\1/g,
]
