/** Parts of which the guides of several clients are made. Pure. */
import { shellWord } from '../shell-word.ts'
import { isLiteral, type SnippetHeader } from '../snippet-header.ts'
import type { GuidedServer } from './guide.ts'

/** A file of JSON. */
export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** The member `headers`: the value itself where it is known and the client takes it as it is, else its variable. */
export function headersMember(
  server: GuidedServer,
  reference: (variable: string) => string,
): { headers?: Record<string, string> } {
  if (server.headers.length === 0) return {}
  const entries = server.headers.map(header => [
    header.name,
    header.scheme + (isLiteral(header) ? header.value : reference(header.variable)),
  ])
  return { headers: Object.fromEntries(entries) }
}

/** A file that holds the token itself must not be the one that is committed with the project. */
export function fileForSecrets(server: GuidedServer, project: string, user: string): string {
  return server.headers.some(isLiteral) ? user : `${project}, or ${user}`
}

/** Says which variables a client reads, and how they are set; `always` where it reads them also if they are known. */
export function environmentNote(server: GuidedServer, client: string, always = false): { note?: string } {
  const read = server.headers.filter(header => always || !isLiteral(header))
  if (read.length === 0) return {}
  const exports = read.flatMap(({ variable, value }) =>
    value === undefined ? [] : [` Set it with: export ${variable}=${shellWord(value)}`],
  )
  return { note: `${client} reads ${listed(read)} from the environment it is started in.${exports.join('')}` }
}

/** Names of variables in a sentence. */
export function listed(headers: readonly SnippetHeader[]): string {
  return headers.map(header => header.variable).join(' and ')
}

/** Steps that follow only where the client signs in by itself. */
export function signIn(
  { signsIn }: GuidedServer,
  ...steps: readonly string[]
): { steps?: readonly string[] } {
  return signsIn ? { steps } : {}
}
