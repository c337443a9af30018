import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import { parsePath } from '../paths/parse-path.ts'
import type { PathIndex } from '../paths/path-index.ts'
import { foldPath, readingsOf } from '../paths/path-readings.ts'
import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../tool.ts'
import type { NamedArgument } from './argument.ts'
import { expandSimple } from './expand-simple.ts'
import { isNested } from './is-nested.ts'
import { NOT_SHOWN } from './show-value.ts'

/** What guarding needs to know of an operation. */
export interface GuardOptions {
  readonly plan: RequestPlan
  readonly arguments: readonly NamedArgument[]
  /** All operations of the document with the same method, by folded path; values are path templates. */
  readonly paths: () => PathIndex<string>
  readonly path: string
  readonly isCredentialParameter: (location: string, name: string) => boolean
}

/**
 * Checks what no schema can say, and what would otherwise get around the policy:
 *
 * - a path argument that makes the path another operation's (`/invoices/{id}` with the id `export`, where
 *   there is a `/invoices/export`): that one has its own tool, scope or exclusion;
 * - a query or cookie argument written as free names (`style: form`, `explode`) that contains the name of
 *   another parameter, bound by the configuration perhaps, or of a credential.
 */
export function guardArguments(options: GuardOptions): (args: JsonObject) => readonly ArgumentProblem[] {
  const { path, query, cookies } = options.plan
  const names = new Set([...query, ...cookies].map(parameter => parameter.name))
  const free = [
    ...query.filter(hasFreeNames).map(parameter => ({ parameter, location: 'query' })),
    ...cookies.filter(hasFreeNames).map(parameter => ({ parameter, location: 'cookie' })),
  ]
  const parameters = path.filter(part => typeof part !== 'string')
  const hasPath = parameters.length > 0
  // Of other styles, the value is not what stands in the segment.
  const isSimple = parameters.every(({ style, json }) => style === 'simple' && !json)
  const rivals = once(() => (isSimple ? rivalsOf(options) : undefined))
  return args => {
    const isPlainCall =
      free.every(({ parameter: { argument } }) => typeof args[argument] !== 'object') &&
      parameters.every(({ argument }) => isHarmless(args[argument], rivals()))
    if (isPlainCall) return NO_PROBLEMS
    const problems: ArgumentProblem[] = []
    for (const { parameter, location } of free) {
      const value = Object.hasOwn(args, parameter.argument) ? args[parameter.argument] : undefined
      if (!isJsonObject(value)) continue
      for (const key of Object.keys(value)) {
        const taken = key !== parameter.name && names.has(key)
        if (!taken && !options.isCredentialParameter(location, key)) continue
        problems.push(
          problem(`/${parameter.argument}/${key}`, 'another name: this one is a parameter of its own'),
        )
      }
    }
    if (hasPath) problems.push(...guardPath(options, args))
    return problems
  }
}

function rivalsOf({ path, paths }: GuardOptions): ReadonlySet<string> | undefined {
  return paths().rivals(parsePath(path).map(part => (typeof part === 'string' ? foldPath(part) : part)))
}

const NO_PROBLEMS: readonly ArgumentProblem[] = []

/** Whether a value stays in its segment, reads the same to every backend and is no literal of another path. */
function isHarmless(value: unknown, rivals: ReadonlySet<string> | undefined): boolean {
  return (
    rivals !== undefined &&
    typeof value === 'string' &&
    PLAIN.test(value) &&
    (rivals.size === 0 || !rivals.has(value.toLowerCase()))
  )
}

const PLAIN = /^[A-Za-z0-9_~-]+$/

/** Whether the members of an object become parameters of their own. */
function hasFreeNames({ style, explode, json, form, isWholeQuery }: ParameterPlan): boolean {
  if (form !== undefined || json) return form !== undefined && isWholeQuery === true
  return explode && (style === 'form' || style === 'cookie')
}

function guardPath({ plan, paths, path }: GuardOptions, args: JsonObject): readonly ArgumentProblem[] {
  const filled = fillPath(plan.path, args)
  if (filled === undefined) return []
  const isOwn = readingsOf(filled).every(reading => {
    const match = paths().find(reading.slice(1).split('/'))
    return match.kind === 'none' || (match.kind === 'found' && match.values.includes(path))
  })
  if (isOwn) return []
  const [first] = plan.path.filter(part => typeof part !== 'string' && Object.hasOwn(args, part.argument))
  const argument = typeof first === 'object' ? first.argument : ''
  return [problem(`/${argument}`, 'another value: with this one, the path is that of another operation')]
}

/** The path with plain values filled in; undefined where a value is none or leaves its segment. */
function fillPath(parts: readonly (string | ParameterPlan)[], args: JsonObject): string | undefined {
  let path = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      path += part
      continue
    }
    const text = Object.hasOwn(args, part.argument) ? textOf(part, args[part.argument]) : UNKNOWN
    if (text === undefined || text === '' || text.includes('/')) return undefined
    path += text
  }
  return path
}

/** A value as it stands in the path, decoded. */
function textOf(parameter: ParameterPlan, value: unknown): string | undefined {
  if (parameter.json || isNested(value)) return expandSimple(parameter, JSON.stringify(value), text => text)
  if (typeof value !== 'object' || value === null) return expandSimple(parameter, String(value), text => text)
  const entries = Object.entries(value).filter(([, item]) => item !== null)
  const pairs = entries.map(([key, item]): [string, string] => [key, String(item)])
  const read = Array.isArray(value) ? pairs.map(([, item]) => item) : { pairs }
  return expandSimple(parameter, read, text => text)
}

/** Stands for a bound value: no literal of any document. */
const UNKNOWN = '\u0000'

function problem(path: string, expected: string): ArgumentProblem {
  return { path, expected, received: NOT_SHOWN, example: undefined }
}
