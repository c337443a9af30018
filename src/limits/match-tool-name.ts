/** Compiles the names under `limits[].tool`; `*` stands for any characters, and no names for every tool. */
export function matchToolName(names: string | readonly string[] | undefined): (name: string) => boolean {
  if (names === undefined) return () => true
  const patterns = [names].flat().map(name => new RegExp(`^${name.split(/\*+/).join('.*')}$`))
  return name => patterns.some(pattern => pattern.test(name))
}
