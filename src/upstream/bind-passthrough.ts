import type { Principal } from '../auth/principal.ts'
import type { MatchedOperation } from '../catalogue/match-operation.ts'
import { PosternError } from '../errors.ts'
import { foldQueryName } from './compile-query.ts'
import { percentEncode } from './percent-encode.ts'

/** What a bound operation sends instead of what the client sent. */
export interface BoundRequest {
  /** Query without `?`. */
  readonly query: string
  /** Headers to set, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Holds a plain request to the parameters that the configuration binds: a bound path value must be the
 * caller's own, a bound query parameter or header is replaced by it.
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
  let bound = query
  for (const [argument, expression] of tool.bind) {
    const value = boundText(argument, expression.evaluate(principal))
    const inPath = pathArguments.get(argument)
    const inQuery = tool.plan.query.find(parameter => parameter.argument === argument)
    const inHeader = tool.plan.headers.find(parameter => parameter.argument === argument)
    if (inPath !== undefined) {
      if (inPath !== value) throw new PosternError('access_denied', { message: FOREIGN })
    } else if (inQuery !== undefined) {
      bound = replaceQuery(bound, inQuery.name, value)
    } else if (inHeader !== undefined) {
      headers[inHeader.name.toLowerCase()] = headerText(value)
    } else {
      throw new PosternError('invalid_request', { message: BODY })
    }
  }
  return { query: bound, headers }
}

const FOREIGN = 'The path names a value that is not this caller’s own.'
const BODY =
  'Part of this operation’s body is set by the gateway, which only tool calls can do. Call it as a tool.'

function boundText(argument: string, value: unknown): string {
  const isUsable = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (isUsable && value !== '' && String(value).isWellFormed()) return String(value)
  throw new PosternError('access_denied', { detail: `the caller has no value for ${argument}` })
}

function headerText(value: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value
  throw new PosternError('access_denied', { detail: 'the bound value does not fit a header' })
}

/** Removes every spelling of the parameter that some backend would read, then sets the one value. */
function replaceQuery(query: string, name: string, value: string): string {
  const folded = foldQueryName(name)
  const kept = query
    .split('&')
    .filter(pair => pair !== '' && !pair.split(';').some(part => names(part, folded)))
  return [...kept, `${percentEncode(name)}=${percentEncode(value)}`].join('&')
}

function names(pair: string, folded: string): boolean {
  const name = decodeName(pair.split('=', 1)[0] ?? '')
  return foldQueryName(name) === folded || foldQueryName(name.split('[', 1)[0] ?? '') === folded
}

/** Decodes a query name until nothing is left to decode. */
export function decodeName(name: string): string {
  let decoded = name.replaceAll('+', ' ')
  for (let round = 0; round < 4 && decoded.includes('%'); round++) {
    decoded = decoded.replace(/(?:%[0-9A-Fa-f]{2})+/g, bytes =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
    )
  }
  return decoded
}
