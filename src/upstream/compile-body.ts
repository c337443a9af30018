import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { ArgumentProblem, BodyPlan, JsonObject, RequestPlan } from '../catalogue/tool.ts'
import { contentType } from './body/content-type.ts'
import { compileForm } from './body/form-body.ts'
import { compileMultipart, compileSequence } from './body/multipart-body.ts'
import type { TypedBody } from './body/write-multipart.ts'
import { writtenValue } from './body/written-value.ts'
import { bodyNames } from './body-names.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { isMethodOverride } from './method-override.ts'
import { foldQueryName } from './query-name.ts'

/**
 * Writes the body, undefined where none is to be sent; what is wrong goes to `problems`. A text has the plan's own
 * media type, everything else says its own.
 */
export type FillBody = (args: JsonObject, problems: ArgumentProblem[]) => string | TypedBody | undefined

/**
 * Compiles the body of an operation. A member that asks for another method (`_method` of a POST) is never sent for a
 * caller, not even where the document describes it: tier and scope go by the method.
 *
 * @param isBound - whether an argument's value comes from the configuration instead of the caller.
 */
export function compileBody(request: RequestPlan, isBound: (argument: string) => boolean): FillBody {
  const fill = compileKind(request, isBound)
  const refused =
    request.method === 'POST' ? methodOverrides(request.body).filter(name => !isBound(name)) : []
  if (refused.length === 0) return fill
  return (args, problems) => {
    for (const argument of refused) {
      if (Object.hasOwn(args, argument))
        problems.push(argumentProblem([argument], 'nothing: callers may not set this'))
    }
    return fill(args, problems)
  }
}

function compileKind(request: RequestPlan, isBound: (argument: string) => boolean): FillBody {
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

/** Arguments of a body that are members of their own and ask for another method. */
function methodOverrides(body: BodyPlan | undefined): readonly string[] {
  if (body?.kind === 'properties') {
    return [...body.properties].flatMap(([name, argument]) => (isMethodOverride(name) ? [argument] : []))
  }
  if ((body?.kind !== 'form' && body?.kind !== 'multipart') || body.whole !== undefined) return []
  const members = body.kind === 'form' ? body.fields : body.parts
  return members.flatMap(({ name, argument }) => (isMethodOverride(name) ? [argument] : []))
}

/**
 * One argument as it is. The names in a JSON object may be free, so none of them may ask for another method
 * (`_method`) or be that of a bound parameter: many frameworks keep path, query and body in one bag and let the
 * body win. The same holds for texts and files that backends read names from.
 */
function compileArgument(
  { argument, encoding, mediaType }: Extract<BodyPlan, { kind: 'argument' }>,
  { path, query, headers, cookies, method }: RequestPlan,
  isBound: (argument: string) => boolean,
): FillBody {
  const parts = [...path, ...query, ...headers, ...cookies]
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
    const body = Buffer.from(written.content)
    const type = contentType(mediaType, written.mediaType, encoding)
    const read = isBound(argument) ? [] : bodyNames({ contentType: type, contentEncoding: undefined, body })
    if (read === undefined || read.some(isTaken))
      problems.push(argumentProblem([argument], 'a body without names that callers may not set'))
    return { bytes: body, contentType: type }
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
