import type { SnippetCredential } from './client-snippets.ts'
import { shellWord } from './shell-word.ts'

/** A header that a client has to send, and where its value comes from. */
export interface SnippetHeader {
  readonly name: string
  /** `Bearer ` or nothing. */
  readonly scheme: string
  /** Environment variable that holds the rest. */
  readonly variable: string
  /** The rest itself where it is known. */
  readonly value: string | undefined
  /** What to show in its place where a client reads no variables. */
  readonly placeholder: string
}

const TOKEN = 'POSTERN_TOKEN'

/**
 * The headers of a credential. A token is named POSTERN_TOKEN, as the commands of Postern read it; several
 * headers get variables of their own, with the server's name in front.
 */
export function snippetHeaders(name: string, credential: SnippetCredential): readonly SnippetHeader[] {
  if (credential.kind === 'none' || credential.kind === 'oauth') return []
  if (credential.kind === 'bearer') {
    const header = credential.header ?? 'Authorization'
    const scheme = header.toLowerCase() === 'authorization' ? 'Bearer ' : ''
    return [{ name: header, scheme, variable: TOKEN, value: credential.token, placeholder: 'YOUR_TOKEN' }]
  }
  return Object.entries(credential.headers).map(([header, placeholder]) => ({
    name: header,
    scheme: '',
    variable: `${name}_${header}`
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_')
      .replace(/^(?=\d)/, '_'),
    value: undefined,
    placeholder,
  }))
}

/** A `$` in a value would be the start of a variable for most clients. */
export function isLiteral(header: SnippetHeader): header is SnippetHeader & { readonly value: string } {
  return header.value !== undefined && !header.value.includes('$')
}

/** The header as one shell word; where its value is not known, the shell fills the variable in. */
export function shellHeader({ name, scheme, variable, value }: SnippetHeader): string {
  if (value !== undefined) return shellWord(`${name}: ${scheme}${value}`)
  return `"${name.replace(/[`$]/g, '\\$&')}: ${scheme}$${variable}"`
}
