import type { ConfigProblem } from '../../config/problem.ts'
import type { ApiConfig } from '../../config/schema.ts'
import type { ToolDraft } from '../draft-tool.ts'
import type { RecalledTools } from '../lock/recall-tools.ts'
import { uniqueName } from './name-tools.ts'

/** The final names. */
export interface AssignedNames {
  readonly names: ReadonlyMap<ToolDraft, string>
  /** Names that the configuration gives to more than one tool. */
  readonly problems: readonly ConfigProblem[]
}

/**
 * Gives every draft a name of its own, so that no tool hides another. Names that the configuration gives come
 * first, then those of the lock file; then API by API, so that no document takes the name of a tool of an API before
 * it: those of `x-mcp`, then derived ones; within each, the catalogue's order. Who comes later to a taken name gets a
 * number at its end. A name that the lock file gives to an operation goes to no other that only derives it.
 *
 * A tool's name is a scope that allows it, so no tool may be called like a scope that was given out for something
 * else: one that the configuration declares or, for names of `x-mcp`, one that another tool asks for.
 *
 * @param declared - the names under `scopes`
 * @param recalled - what the lock file says; nothing where there is none
 */
export function assignNames(
  drafts: readonly ToolDraft[],
  apis: readonly ApiConfig[],
  declared: ReadonlySet<string>,
  recalled: Pick<RecalledTools, 'names' | 'reserved'> = NOTHING,
): AssignedNames {
  const names = new Map<ToolDraft, string>()
  const taken = new Map<string, ToolDraft>()
  const problems: ConfigProblem[] = []
  const configured = drafts.filter(draft => draft.isConfiguredName)
  for (const draft of configured) {
    const name = draft.givenName ?? draft.derivedName
    const other = taken.get(name)
    if (other !== undefined) {
      const both = `two tools would have this name: ${describe(other)} and ${describe(draft)}`
      problems.push(nameProblem(name, draft, apis, both, ONE_EACH))
    }
    if (declared.has(name) && !asksForNothingBut(draft, name)) {
      const open = 'it is also a declared scope, and whoever has that would be allowed this tool'
      problems.push(nameProblem(name, draft, apis, open, 'give the tool or the scope another name'))
    }
    taken.set(name, draft)
    names.set(draft, name)
  }
  const required = scopesOf(drafts)
  const assign = (draft: ToolDraft, wanted: string, isOwn: boolean) => {
    // What a document or a file beside the configuration calls a tool must not be what others were allowed for.
    const isChosen = draft.givenName !== undefined || (isOwn && wanted !== draft.derivedName)
    const isScope = (name: string) => declared.has(name) || (isChosen && required.has(name))
    const name = uniqueName(
      wanted,
      candidate =>
        taken.has(candidate) ||
        (recalled.reserved.has(candidate) && !(isOwn && candidate === wanted)) ||
        (isScope(candidate) && !asksForNothingBut(draft, candidate)),
    )
    taken.set(name, draft)
    names.set(draft, name)
  }
  const open = drafts.filter(draft => !draft.isConfiguredName)
  for (const draft of open) {
    const name = recalled.names.get(draft)
    if (name !== undefined) assign(draft, name, true)
  }
  for (const api of apis) {
    const own = open.filter(draft => draft.context.api === api && !recalled.names.has(draft))
    const given = own.filter(draft => draft.givenName !== undefined)
    const derived = own.filter(draft => draft.givenName === undefined)
    for (const draft of [...given, ...derived]) assign(draft, draft.givenName ?? draft.derivedName, false)
  }
  return { names, problems }
}

const NOTHING: Pick<RecalledTools, 'names' | 'reserved'> = { names: new Map(), reserved: new Set() }
const ONE_EACH = 'let `match` select one operation, or give each its own name'

function scopesOf(drafts: readonly ToolDraft[]): ReadonlySet<string> {
  return new Set(drafts.flatMap(draft => draft.scopes))
}

/** Then its name allows nothing that the scope does not. */
function asksForNothingBut({ scopes }: ToolDraft, name: string): boolean {
  return scopes.length === 1 && scopes[0] === name
}

function nameProblem(
  name: string,
  { context }: ToolDraft,
  apis: readonly ApiConfig[],
  message: string,
  fix: string,
): ConfigProblem {
  const rule = (context.api.tools.rules ?? []).findLastIndex(({ name: own }) => own === name)
  const path = `apis[${apis.indexOf(context.api)}].tools.rules[${rule}].name`
  return Object.freeze({ path, value: name, message, fix })
}

function describe({ source }: ToolDraft): string {
  return `${source.method} ${source.path}`
}
