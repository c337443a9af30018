import { stemWord } from './stem-word.ts'

/**
 * Words that documents use for the same thing. A model that asks to "remove" a label means the operation that
 * the document calls "delete", and whose own repositories are meant is "the authenticated user" in another.
 */
const GROUPS: readonly (readonly string[])[] = [
  ['create', 'add', 'new', 'post', 'insert', 'make', 'register'],
  ['delete', 'remove', 'destroy', 'erase'],
  ['get', 'read', 'retrieve', 'fetch', 'show', 'view', 'describe'],
  ['list', 'all', 'find', 'search', 'query'],
  ['update', 'edit', 'modify', 'change', 'patch', 'put', 'replace', 'set', 'rename'],
  ['cancel', 'abort', 'stop'],
  ['start', 'run', 'trigger', 'launch', 'dispatch'],
  ['invite', 'invitation'],
  ['subscribe', 'subscription'],
  ['notify', 'notification'],
  ['me', 'my', 'mine', 'own', 'self', 'current', 'authenticated'],
]

const others = new Map<string, readonly string[]>()
for (const group of GROUPS) {
  const terms = group.map(stemWord)
  for (const term of terms) others.set(term, Object.freeze(terms.filter(other => other !== term)))
}

const NONE: readonly string[] = Object.freeze([])

/** The terms that mean much the same as this one; empty for most. Takes and gives terms of `searchTerms`. */
export function relatedTerms(term: string): readonly string[] {
  return others.get(term) ?? NONE
}
