import { PosternError } from '../errors.ts'
import { credentialHeaders } from './credential-headers.ts'

/** What a bundle knows of its server: the file `connection.json` in it. Holds no secret. */
export interface BundledConnection {
  /** What people call the server; printable, one line. */
  readonly title: string
  /** The MCP endpoint, let through by `remoteUrl`. */
  readonly url: string
  /** What is sent with every request; empty where nothing is asked for. */
  readonly headers: readonly BundledHeader[]
}

/** One header that carries what the user was asked for. */
export interface BundledHeader {
  readonly name: string
  /** What comes before the value. */
  readonly scheme: 'Bearer ' | ''
  /** The environment variable in which the client hands over what the user typed. */
  readonly variable: string
  /** What the user knows the value as: the label of its field. */
  readonly label: string
}

/**
 * The headers with what the user typed into the client's fields. Blanks around it and a `Bearer` before it, as tokens
 * are often copied, are dropped.
 *
 * @throws PosternError `invalid_params` where a field is empty or can't be sent, in words for that user; never with the
 *   value in it.
 */
export function bundledCredential(
  connection: BundledConnection,
  environment: (name: string) => string | undefined,
): Record<string, string> {
  const { headers } = connection
  const values = new Map(
    headers.map(header => [header.variable, typed(environment(header.variable), header)]),
  )
  const empty = headers.filter(({ variable }) => values.get(variable) === '').map(({ label }) => label)
  if (empty.length > 0) {
    const message = `${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} not filled in. ${credentialAdvice(connection)}`
    throw new PosternError('invalid_params', { message })
  }
  return credentialHeaders(
    headers.map(({ name, scheme, variable }) => `${name}: ${scheme}\${${variable}}`),
    variable => values.get(variable),
  )
}

/** What a user of the bundle does about a credential that isn't taken. */
export function credentialAdvice({ title, headers }: BundledConnection): string {
  if (headers.length === 0) return `Ask whoever runs ${title} for a new bundle.`
  return `Open Settings → Extensions → ${title} → Configure in Claude Desktop, and enter what ${title} gave you.`
}

/** What the client left in place of a value that nobody entered counts as nothing. */
function typed(value: string | undefined, { scheme }: BundledHeader): string {
  const text = (value ?? '').trim()
  if (/^\$\{user_config\.[^}]*\}$/.test(text)) return ''
  return scheme === '' ? text : text.replace(/^Bearer(?:\s+|$)/i, '')
}
