import type { Principal } from '../auth/principal.ts'
import type { MatchedOperation } from '../catalogue/paths/match-operation.ts'
import type { Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { percentEncode } from './percent-encode.ts'
import { decodeQueryName, foldQueryName } from './query-name.ts'

/** What a bound operation sends instead of what the client sent. */
export interface BoundRequest {
  /** Query without `?`. */
  readonly query: string
  /** Headers to set, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Holds a plain request to the parameters that the configuration binds: a bound path value must be the
 * caller's own, a bound query parameter, header or cookie is replaced by it.
 *
 * @param query - as the client sent it.
 * @throws PosternError `access_denied` if the path names somebody else's value or the caller has none;
 *   `invalid_request` if the operation binds part of its body, which is not rewritten here.
 */
export function bindPassthrough(
  { tool, pathArguments }: MatchedOperation,
  principal: Principal,
  query: string,
): BoundRequest {
  if (tool.bind.size === 0) return { query, headers: {} }
  const headers: Record<string, string> = {}
  let bound = withoutNames(query, boundNames(tool))
  for (const [argument, expression] of tool.bind) {
    const value = boundText(argument, expression.evaluate(principal))
    const inPath = pathArguments.get(argument)
    const inQuery = tool.plan.query.find(parameter => parameter.argument === argument)
    const inHeader = tool.plan.headers.find(parameter => parameter.argument === argument)
    const inCookie = tool.plan.cookies.find(parameter => parameter.argument === argument)
    if (inPath !== undefined) {
      if (inPath !== value) throw new PosternError('access_denied', { message: FOREIGN })
    } else if (inQuery !== undefined && inQuery.isWholeQuery !== true) {
      bound = withPair(bound, inQuery.name, value)
    } else if (inHeader !== undefined) {
      headers[inHeader.name.toLowerCase()] = headerText(value)
    } else if (inCookie !== undefined) {
      // Cookies of the client's own are never sent on, so there is nothing to replace.
      const pair = `${inCookie.name}=${percentEncode(value)}`
      headers.cookie = headers.cookie === undefined ? pair : `${headers.cookie}; ${pair}`
    } else {
      throw new PosternError('invalid_request', { message: BODY })
    }
  }
  return { query: bound, headers }
}

/** Names of what is bound as the backend knows them, folded. */
export function boundNames({ plan, bind }: Tool): ReadonlySet<string> {
  const bound = [...plan.path, ...plan.query, ...plan.headers, ...plan.cookies].flatMap(part =>
    typeof part !== 'string' && bind.has(part.argument) ? [foldQueryName(part.name)] : [],
  )
  return new Set(bound)
}

const FOREIGN = 'The path names a value that is not this caller’s own.'
const BODY =
  'Part of this operation’s body or query is set by the gateway, which only tool calls can do. Call it as a tool.'

function boundText(argument: string, value: unknown): string {
  const isUsable = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (isUsable && value !== '' && String(value).isWellFormed()) return String(value)
  throw new PosternError('access_denied', { detail: `the caller has no value for ${argument}` })
}

function headerText(value: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value
  throw new PosternError('access_denied', { detail: 'the bound value does not fit a header' })
}

/**
 * Removes every spelling of the names that some backend would read, also of those that are bound in another
 * place: many frameworks keep path, query and body in one bag.
 */
function withoutNames(query: string, folded: ReadonlySet<string>): string {
  return query
    .split('&')
    .filter(pair => pair !== '' && !pair.split(';').some(part => isNamed(part, folded)))
    .join('&')
}

function withPair(query: string, name: string, value: string): string {
  const pair = `${percentEncode(name)}=${percentEncode(value)}`
  return query === '' ? pair : `${query}&${pair}`
}

function isNamed(pair: string, folded: ReadonlySet<string>): boolean {
  const name = decodeQueryName(pair.split('=', 1)[0] ?? '')
  return folded.has(foldQueryName(name)) || folded.has(foldQueryName(name.split('[', 1)[0] ?? ''))
}
