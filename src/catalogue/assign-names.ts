import type { ConfigProblem } from '../config/problem.ts'
import type { ApiConfig } from '../config/schema.ts'
import type { ToolDraft } from './draft-tool.ts'
import { uniqueName } from './name-tools.ts'

/** The final names. */
export interface AssignedNames {
  readonly names: ReadonlyMap<ToolDraft, string>
  /** Names that the configuration gives to more than one tool. */
  readonly problems: readonly ConfigProblem[]
}

/**
 * Gives every draft a name of its own, so that no tool hides another. Names that the configuration gives come
 * first, then those of `x-mcp`, then derived ones; within each, the catalogue's order. Who comes later to a
 * taken name gets a number at its end.
 */
export function assignNames(drafts: readonly ToolDraft[], apis: readonly ApiConfig[]): AssignedNames {
  const names = new Map<ToolDraft, string>()
  const taken = new Map<string, ToolDraft>()
  const problems: ConfigProblem[] = []
  const configured = drafts.filter(draft => draft.isConfiguredName)
  for (const draft of configured) {
    const name = draft.givenName ?? draft.derivedName
    const other = taken.get(name)
    if (other !== undefined) problems.push(sameName(name, other, draft, apis))
    taken.set(name, draft)
    names.set(draft, name)
  }
  const given = drafts.filter(draft => !draft.isConfiguredName && draft.givenName !== undefined)
  const derived = drafts.filter(draft => draft.givenName === undefined)
  for (const draft of [...given, ...derived]) {
    const name = uniqueName(draft.givenName ?? draft.derivedName, candidate => taken.has(candidate))
    taken.set(name, draft)
    names.set(draft, name)
  }
  return { names, problems }
}

function sameName(name: string, one: ToolDraft, other: ToolDraft, apis: readonly ApiConfig[]): ConfigProblem {
  const api = apis.indexOf(other.context.api)
  const rule = (other.context.api.tools.rules ?? []).findLastIndex(({ name: own }) => own === name)
  return Object.freeze({
    path: `apis[${api}].tools.rules[${rule}].name`,
    value: name,
    message: `two tools would have this name: ${describe(one)} and ${describe(other)}`,
    fix: 'let `match` select one operation, or give each its own name',
  })
}

function describe({ source }: ToolDraft): string {
  return `${source.method} ${source.path}`
}
