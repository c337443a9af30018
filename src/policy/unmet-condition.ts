import type { Principal } from '../auth/principal.ts'
import type { Expression } from '../config/expression.ts'

/** What a condition may go by, in the words of who is refused. */
const CLASSES: Readonly<Record<string, string>> = {
  subject: 'user',
  organization: 'organization',
  roles: 'role',
  flags: 'feature flag',
  scheme: 'way of signing in',
}

/**
 * Why a caller whose scopes allow a tool may not use it all the same, in plain words: by role, by feature flag, or since
 * nobody can say right now which of them the caller has. The condition itself is not shown.
 */
export function unmetCondition(tool: string, when: Expression, principal: Principal): string {
  const classes = when.members.flatMap(member => CLASSES[member] ?? [])
  const unlearnt = principal.unlearnt?.filter(member => when.members.includes(member)) ?? []
  if (unlearnt.length > 0) {
    const words = inWords(unlearnt.map(member => `${CLASSES[member]}s`))
    return `${tool} depends on the caller’s ${words}, which can’t be learnt right now, so it is refused, although the scopes of this credential allow it. Try again shortly; more scopes will not help.`
  }
  const by = classes.length === 0 ? '' : ` by ${inWords(classes)}`
  return `${tool} is denied${by}: the scopes of this credential allow it, but this caller does not meet its condition. More scopes or another token will not help; an administrator can say who may use it.`
}

function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
