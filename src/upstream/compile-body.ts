import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { ArgumentProblem, JsonObject, RequestPlan } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { isMethodOverride } from './method-override.ts'
import { foldQueryName } from './query-name.ts'

/** Writes the JSON body, undefined where none is to be sent; what is wrong goes to `problems`. */
export type FillBody = (args: JsonObject, problems: ArgumentProblem[]) => string | undefined

/**
 * Compiles the body: an object of named arguments and nothing else, or one argument as it is. The names in the
 * latter may be free, so none of them may ask for another method (`_method`) or be that of a bound parameter:
 * many frameworks keep path, query and body in one bag and let the body win.
 *
 * @param isBound - whether an argument's value comes from the configuration instead of the caller.
 */
export function compileBody(
  { body: plan, path, query, headers, method }: RequestPlan,
  isBound: (argument: string) => boolean,
): FillBody {
  if (plan === undefined) return () => undefined
  if (plan.kind === 'argument') {
    const { argument } = plan
    const parts = [...path, ...query, ...headers]
    const bound = parts.filter(part => typeof part !== 'string' && isBound(part.argument))
    const names = new Set(bound.map(part => (typeof part === 'string' ? '' : foldQueryName(part.name))))
    const isTaken = (key: string) =>
      (method === 'POST' && isMethodOverride(key)) ||
      (names.size > 0 && names.has(foldQueryName(key.split('[', 1)[0] ?? '')))
    return (args, problems) => {
      if (!Object.hasOwn(args, argument)) return undefined
      const value = args[argument]
      if (!isBound(argument) && isJsonObject(value)) {
        for (const key in value) {
          if (isTaken(key))
            problems.push(argumentProblem([argument, key], 'another name: callers may not set this'))
        }
      }
      return JSON.stringify(value)
    }
  }
  if (plan.kind !== 'properties')
    throw new PosternError('document_invalid', { detail: `a ${plan.kind} body` })
  // Written as text, so that a property called `__proto__` is a property like any other.
  const properties = [...plan.properties].map(([name, argument]) => ({
    key: `${JSON.stringify(name)}:`,
    argument,
  }))
  const empty = plan.required ? '{}' : undefined
  return args => {
    let text = ''
    for (const { key, argument } of properties) {
      if (!Object.hasOwn(args, argument)) continue
      const value = JSON.stringify(args[argument])
      if (value !== undefined) text += (text === '' ? '{' : ',') + key + value
    }
    return text === '' ? empty : `${text}}`
  }
}
