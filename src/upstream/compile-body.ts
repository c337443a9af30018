import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { ArgumentProblem, BodyPlan, JsonObject, RequestPlan } from '../catalogue/tool.ts'
import { contentType } from './body/content-type.ts'
import { compileForm } from './body/form-body.ts'
import { compileMultipart, compileSequence } from './body/multipart-body.ts'
import type { TypedBody } from './body/write-multipart.ts'
import { writtenValue } from './body/written-value.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { isMethodOverride } from './method-override.ts'
import { foldQueryName } from './query-name.ts'

/**
 * Writes the body, undefined where none is to be sent; what is wrong goes to `problems`. A text has the plan's own
 * media type, everything else says its own.
 */
export type FillBody = (args: JsonObject, problems: ArgumentProblem[]) => string | TypedBody | undefined

/**
 * Compiles the body of an operation.
 *
 * @param isBound - whether an argument's value comes from the configuration instead of the caller.
 */
export function compileBody(request: RequestPlan, isBound: (argument: string) => boolean): FillBody {
  const { body: plan } = request
  switch (plan?.kind) {
    case undefined:
      return () => undefined
    case 'argument':
      return compileArgument(plan, request, isBound)
    case 'properties':
      return compileProperties(plan)
    case 'form':
      return compileForm(plan, request)
    case 'multipart':
      return compileMultipart(plan, request)
    case 'sequence':
      return compileSequence(plan)
  }
}

/**
 * One argument as it is. The names in a JSON object may be free, so none of them may ask for another method
 * (`_method`) or be that of a bound parameter: many frameworks keep path, query and body in one bag and let the
 * body win.
 */
function compileArgument(
  { argument, encoding, mediaType }: Extract<BodyPlan, { kind: 'argument' }>,
  { path, query, headers, method }: RequestPlan,
  isBound: (argument: string) => boolean,
): FillBody {
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
    if (encoding === 'json') return JSON.stringify(value)
    const written = writtenValue(value, encoding, [argument], problems)
    if (written === undefined) return undefined
    const bytes = Buffer.from(written.content)
    return { bytes, contentType: contentType(mediaType, written.mediaType, encoding) }
  }
}

/** An object of named arguments and nothing else. */
function compileProperties(plan: Extract<BodyPlan, { kind: 'properties' }>): FillBody {
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
