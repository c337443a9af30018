import type { Expression } from '../../config/expression.ts'
import type { BoundParameter } from '../classify/apply-rules.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { mentionsProperty } from '../schema/mentions-property.ts'
import { type NamedArgument, SkippedOperation } from './argument.ts'
import type { Notes } from './compile-parameters.ts'
import { isIdentityHeader } from './reserved-header.ts'

/** Which arguments the configuration sets, and which are left to callers. */
export interface BoundArguments {
  /** Argument name → its value's expression. */
  readonly bind: ReadonlyMap<string, Expression>
  /** Arguments that callers give. */
  readonly open: readonly NamedArgument[]
  /** All arguments of the plan, bound ones included. */
  readonly all: readonly NamedArgument[]
  /** Rule and name of each binding that found its parameter, `0 org_id`. */
  readonly used: readonly string[]
}

/**
 * Applies `bind`. A name binds every argument that has it on the wire, wherever (path, query, header, property
 * of the body), so that no second place is left in which a caller could name another tenant; an alias binds its
 * one argument.
 *
 * @throws SkippedOperation where the name is inside a body that is one argument, and so can't be kept from
 *   callers; and where a required header says who the caller is and is not bound
 */
export function bindArguments(
  context: DocumentContext,
  args: readonly NamedArgument[],
  bound: ReadonlyMap<string, BoundParameter>,
  notes: Notes,
): BoundArguments {
  const bind = new Map<string, Expression>()
  const used: string[] = []
  for (const [name, { expression, rule }] of bound) {
    const targets = args.filter(argument => isCalled(argument, name))
    for (const { argument } of targets) bind.set(argument, expression)
    if (targets.length > 0) used.push(`${rule} ${name}`)
    for (const whole of args.filter(isWhole)) {
      if (
        bind.has(whole.argument) ||
        ![...whole.schemas, whole.meaning].some(schema =>
          mentionsProperty(context.resolveReference, schema, name),
        )
      )
        continue
      const what = whole.location === 'body' ? 'body' : 'query'
      throw new SkippedOperation(
        `the configuration binds ${JSON.stringify(name)}, which callers could still set inside the ${what}; exclude the operation or describe its ${what} as an object with plain properties`,
      )
    }
  }
  const all = args.filter(argument => bind.has(argument.argument) || isForCallers(argument, notes))
  return { bind, all, open: all.filter(argument => !bind.has(argument.argument)), used }
}

function isCalled({ wire, argument, location }: NamedArgument, name: string): boolean {
  if (argument === name || wire === name) return true
  return location === 'header' && wire.toLowerCase() === name.toLowerCase()
}

/** An argument that is the whole body, or the whole query. */
function isWhole({ location, plan, wire }: NamedArgument): boolean {
  return location === 'querystring' || (location === 'body' && plan === undefined && wire === 'body')
}

function isForCallers({ location, wire, required }: NamedArgument, notes: Notes): boolean {
  if (location !== 'header' || !isIdentityHeader(wire)) return true
  const text = `the header ${JSON.stringify(wire)} says who the caller is`
  if (required) throw new SkippedOperation(`${text}; set it with \`bind\` in a rule`)
  notes.leftOut.push(`${text}; it is left out unless a rule binds it`)
  return false
}
