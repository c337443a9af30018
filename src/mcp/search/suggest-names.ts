import type { Behind } from './search-front.ts'

const MOST = 3

/** Names of visible tools that a name without a tool may have meant; none where nothing is like it. */
export function suggestNames(name: string, { surface, visible }: Behind): readonly string[] {
  if (name.trim() === '') return []
  const { tools } = surface.index.search({ text: name, limit: MOST }, visible)
  return tools.map(tool => tool.name)
}
