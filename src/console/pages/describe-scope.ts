import type { Tier } from '../../catalogue/tool.ts'
import { parseScope } from '../../policy/parse-scope.ts'
import type { PageScope } from './page-data.ts'

/** What is known of scopes besides their names. */
export interface ScopeNames {
  /** `scopes` of the configuration: titles that a product gave to names of its own. */
  readonly declared: Readonly<Record<string, { readonly title?: string | undefined }>>
  /** Whether `manage` includes `write` and that `read` (`scopeHierarchy`). */
  readonly hierarchy: boolean
  /** Titles of tools by their names, as a tool's name is a scope too. */
  readonly tools?: ReadonlyMap<string, string> | undefined
}

/** A scope as people read it: `write:invoices` → `See, create and change invoices`. */
export function describeScope(name: string, { declared, hierarchy, tools }: ScopeNames): PageScope {
  const title = Object.hasOwn(declared, name) ? declared[name]?.title : undefined
  return { name, words: title ?? derived(name, hierarchy, tools) }
}

function derived(name: string, hierarchy: boolean, tools: ScopeNames['tools']): string {
  if (name === '*') return ALL
  const scope = parseScope(name)
  if (scope === undefined) {
    const tool = tools?.get(name)
    return tool === undefined ? `The permission “${name}”` : `Use one tool: ${tool}`
  }
  const { tier, resource } = scope
  if (tier === '*' && resource === '*') return ALL
  const verb = (hierarchy ? INCLUSIVE : EXACT)[tier === '*' ? 'manage' : tier]
  // Without a hierarchy, only the star is about every tier.
  const words = tier === '*' ? INCLUSIVE.manage : verb
  return `${words} ${resource === '*' ? 'everything' : resource.replace(/[_.-]+/g, ' ')}`
}

const ALL = 'Everything that you can do here'

const INCLUSIVE: Readonly<Record<Tier, string>> = {
  read: 'See',
  write: 'See, create and change',
  manage: 'See, change, delete and send out',
}

const EXACT: Readonly<Record<Tier, string>> = {
  read: 'See',
  write: 'Create and change',
  manage: 'Delete and send out',
}
