import type { FieldTree } from '../answer-plan.ts'

/**
 * Puts paths of members together: `id`, `owner.name`, `items.*.id`. A name may hold a dot written `\.`; `$.` in
 * front and `[]`, `[*]` or `[0]` after a name are what other notations write and mean `*`.
 *
 * @returns undefined where no path says anything, which is not the same as letting nothing through
 */
export function compileFields(paths: readonly string[]): FieldTree | undefined {
  const root = emptyTree()
  for (const path of paths) {
    const names = namesOf(path)
    if (names.length === 0) continue
    let tree = root
    for (const name of names) {
      const next = tree.children.get(name) ?? emptyTree()
      tree.children.set(name, next)
      tree = next
    }
    tree.isWhole = true
  }
  return root.children.size === 0 ? undefined : root
}

interface Growing extends FieldTree {
  isWhole: boolean
  readonly children: Map<string, Growing>
}

function emptyTree(): Growing {
  return { isWhole: false, children: new Map() }
}

/** Longer paths end here: what they name comes out whole. */
const LONGEST = 32

function namesOf(path: string): readonly string[] {
  const plain = path
    .trim()
    .replace(/^\$\.?/, '')
    .replace(/\[(?:\*|\d{0,9})\]/g, '.*')
  const names = plain.match(/(?:\\.|[^\\.])+/gs) ?? []
  return names.slice(0, LONGEST).map(name => name.replace(/\\(.)/gs, '$1').trim())
}
