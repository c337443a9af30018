import type { PathParameter } from '../paths/parse-path.ts'

/** A URI template of the kinds that say unmistakably which variable is where (RFC 6570 levels 1 and 3, in part). */
export interface UriTemplate {
  /** As clients see it, `acme://billing/v1/invoices/{id}{?status,page}`. */
  readonly text: string
  /** What is before the query, cut at its variables: literals, and `{name}` each within one segment. */
  readonly parts: readonly (string | PathParameter)[]
  /** Variables of the query, `{?status,page}` at the end. */
  readonly query: readonly string[]
}

/** A template, or what is wrong with it and what to do. */
export type ReadTemplate =
  | { readonly template: UriTemplate }
  | { readonly message: string; readonly fix: string }

/**
 * Reads a URI template: an absolute URI with `{name}` in its segments and one `{?a,b}` at its end. The other
 * expressions of RFC 6570 (`{+name}`, `{/name}`, …) may stand for several segments or for none, so that one URI could
 * be read in two ways; they are refused, as are schemes that a client could take for something to load by itself.
 */
export function readUriTemplate(text: string): ReadTemplate {
  if (text.length > MAX_LENGTH)
    return { message: 'the URI is too long', fix: `write at most ${MAX_LENGTH} characters` }
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(text)?.[1]
  if (scheme === undefined) {
    return { message: 'not an absolute URI', fix: 'start with a scheme in lower case, such as acme://' }
  }
  if (LOADED_BY_CLIENTS.has(scheme)) {
    return {
      message: `clients may load ${scheme}: themselves`,
      fix: 'write a scheme of your own, such as acme://',
    }
  }
  const [, before = '', names] = /^(.*?)(?:\{\?([^{}]*)\})?$/s.exec(text) ?? []
  const query = names === undefined ? [] : names.split(',')
  const parts = cut(before)
  const variables = [...parts.flatMap(part => (typeof part === 'string' ? [] : part.parameter)), ...query]
  const problem = literalProblem(parts) ?? variableProblem(variables) ?? placeProblem(parts)
  return (
    problem ?? { template: Object.freeze({ text, parts: Object.freeze(parts), query: Object.freeze(query) }) }
  )
}

/** All variables of a template, those of its query last. */
export function templateVariables({ parts, query }: UriTemplate): readonly string[] {
  return [...parts.flatMap(part => (typeof part === 'string' ? [] : part.parameter)), ...query]
}

/** A name as RFC 6570 allows it for a variable: what is no letter, digit, `_` or single dot inside becomes `_`. */
export function variableName(argument: string): string {
  return argument.replace(/[^A-Za-z0-9_.]/g, '_').replace(/^\.|\.(?=\.|$)/g, '_')
}

const MAX_LENGTH = 1_024
const LOADED_BY_CLIENTS = new Set([
  'about',
  'blob',
  'data',
  'file',
  'ftp',
  'http',
  'https',
  'javascript',
  'mailto',
  'vbscript',
  'view-source',
  'ws',
  'wss',
])
const VARIABLE = /^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/
/** What RFC 3986 allows in a URI before its query. */
const LITERAL = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/[\]-]|%[0-9A-F]{2})*$/

function cut(text: string): (string | PathParameter)[] {
  return text.split(/(\{[^{}]*\})/).flatMap((piece): (string | PathParameter)[] => {
    if (piece === '') return []
    return piece.startsWith('{') && piece.endsWith('}') ? [{ parameter: piece.slice(1, -1) }] : [piece]
  })
}

function literalProblem(parts: readonly (string | PathParameter)[]) {
  const odd = parts.find(part => typeof part === 'string' && !LITERAL.test(part))
  if (odd === undefined) return undefined
  return {
    message: 'the URI has characters that belong there only percent-encoded, or a brace without its other',
    fix: 'write {name} for a variable, {?a,b} at the end for those of the query, and %20 for a space',
  }
}

function variableProblem(variables: readonly string[]) {
  const odd = variables.find(name => !VARIABLE.test(name))
  if (odd !== undefined) {
    return {
      message: `{${odd}} is no variable that can be used here`,
      fix: 'write {name} of letters, digits, _ and dots, without an operator, and {?a,b} at the end',
    }
  }
  const twice = variables.find((name, index) => variables.indexOf(name) !== index)
  return twice === undefined
    ? undefined
    : { message: `the variable ${twice} is there twice`, fix: 'write each variable once' }
}

/** Two variables side by side could be parted anywhere; one in the scheme or host would make it any URI. */
function placeProblem(parts: readonly (string | PathParameter)[]) {
  const isSideBySide = parts.some(
    (part, index) => typeof part !== 'string' && typeof (parts[index + 1] ?? '') !== 'string',
  )
  if (isSideBySide)
    return { message: 'two variables stand side by side', fix: 'write something between them' }
  const [first = ''] = parts
  const isAfterStart =
    parts.length === 1 || (typeof first === 'string' && /^[^:]+:(?:\/\/[^/]+\/|(?!\/\/).)/.test(first))
  return isAfterStart
    ? undefined
    : {
        message: 'a variable stands where the URI’s host is',
        fix: 'start with a scheme and a name, acme://invoices/',
      }
}
