import { isJsonObject } from '../is-json-object.ts'

const MAX_LEVELS = 32

/**
 * The hierarchy of a document's tags (OpenAPI 3.2 "Tag Object", `parent`): a function that gives the tags above
 * some, nearest first, each once and none that is among them. A circle ends where it closes.
 */
export function createTagTree(tags: unknown): (own: readonly string[]) => readonly string[] {
  const parents = new Map<string, string>()
  for (const tag of Array.isArray(tags) ? tags : []) {
    if (!isJsonObject(tag) || typeof tag.name !== 'string' || typeof tag.parent !== 'string') continue
    parents.set(tag.name, tag.parent)
  }
  if (parents.size === 0) return () => []
  return own => {
    const above = new Set<string>()
    for (const tag of own) {
      let parent = parents.get(tag)
      for (let level = 0; parent !== undefined && level < MAX_LEVELS; level++) {
        if (!own.includes(parent)) above.add(parent)
        parent = parents.get(parent)
      }
    }
    return [...above]
  }
}
