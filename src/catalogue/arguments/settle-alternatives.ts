import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import { subschemas } from '../schema/subschemas.ts'
import type { ArgumentProblem } from '../tool.ts'
import type { DescribeOptions } from './describe-options.ts'
import { type CheckPart, explainAlternatives } from './explain-alternatives.ts'
import { resolveDefinition } from './find-schema.ts'

/** What is wrong in one place. */
export type Finding =
  | {
      readonly error: ErrorObject
      /** Whether it is that of an alternative which only likeness says was meant. */
      readonly isGuess: boolean
    }
  /** None of several alternatives fits; which was meant can't be told. */
  | {
      readonly problem: ArgumentProblem
      /** What each of them has against the value itself, not against what is inside of it. */
      readonly errors: readonly ErrorObject[]
    }

const MAX_DEPTH = 4
const MAX_REACHED = 2_000

/**
 * Takes the errors of a validation apart: where none of several alternatives fits, the errors of all of them become
 * those of the one that was meant, or one problem that names the alternatives. Errors that only repeat others are
 * left out.
 */
export function settleAlternatives(
  errors: readonly ErrorObject[],
  options: DescribeOptions,
  checkPart: CheckPart,
  depth = 0,
): readonly Finding[] {
  const findings: Finding[] = []
  let left = withoutRepetition(errors)
  for (const error of outermostAlternatives(left)) {
    if (!left.includes(error)) continue
    const inside = schemasInside(error, options)
    const own = left.filter(each => each !== error && isInside(each, error, inside))
    left = left.filter(each => each !== error && !own.includes(each))
    const explained = explainAlternatives(error, options, checkPart)
    if ('problem' in explained) {
      const about = own.filter(({ instancePath }) => instancePath === error.instancePath)
      findings.push({ problem: explained.problem, errors: about })
    } else if (depth < MAX_DEPTH) {
      const inner = settleAlternatives(explained.errors, options, checkPart, depth + 1)
      const isGuess = explained.isGuess
      findings.push(
        ...inner.map(finding => ('error' in finding && isGuess ? { ...finding, isGuess } : finding)),
      )
    }
  }
  return [...left.map(error => ({ error, isGuess: false })), ...findings]
}

/** Without those that say nothing, or nothing more than another one about the same value. */
function withoutRepetition(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const settled = new Set(
    errors.filter(({ keyword }) => keyword === 'enum' || keyword === 'const').map(pathAndSchema),
  )
  const useful = errors.filter(error => {
    if (error.keyword === 'if' || error.keyword === 'propertyNames') return false
    return !(error.keyword === 'type' && settled.has(pathAndSchema(error)))
  })
  return useful.length > 0 ? useful : errors
}

function pathAndSchema({ instancePath, schemaPath }: ErrorObject): string {
  return `${instancePath} ${schemaPath.slice(0, schemaPath.lastIndexOf('/'))}`
}

function outermostAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors
    .filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
    .sort((one, other) => one.instancePath.length - other.instancePath.length)
}

/** All schemas that the alternatives consist of, so that their errors can be told from others. */
function schemasInside({ schema }: ErrorObject, options: DescribeOptions): ReadonlySet<unknown> {
  const seen = new Set<unknown>()
  const stack: unknown[] = Array.isArray(schema) ? [...schema] : []
  for (let node = stack.pop(); node !== undefined && seen.size < MAX_REACHED; node = stack.pop()) {
    if (!isJsonObject(node) || seen.has(node)) continue
    seen.add(node)
    if (typeof node.$ref === 'string') stack.push(resolveDefinition(options, node.$ref))
    stack.push(...subschemas(node))
  }
  return seen
}

function isInside(error: ErrorObject, outer: ErrorObject, inside: ReadonlySet<unknown>): boolean {
  const { instancePath, parentSchema } = error
  const isBelow = instancePath === outer.instancePath || instancePath.startsWith(`${outer.instancePath}/`)
  return isBelow && inside.has(parentSchema)
}
