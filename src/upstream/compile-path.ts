import { expandSimple, type ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import { isDotSegment, pathTextProblem } from '../catalogue/paths/path-text.ts'
import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { delimiterProblem } from './delimiter-problem.ts'
import { argumentProblem, missingArgument } from './invalid-arguments.ts'
import { parameterValue } from './parameter-value.ts'
import { percentEncode, percentEncodeInPath } from './percent-encode.ts'

/** Fills a path in; what is wrong goes to `problems`, and then the text returned means nothing. */
export type FillPath = (args: JsonObject, problems: ArgumentProblem[]) => string

type Piece = string | ParameterPlan
type Step = string | readonly Piece[]

/**
 * Compiles a path template. Whatever the arguments, the path has as many segments as the template, its literal
 * segments are those of the template, and none is a dot segment.
 *
 * @throws PosternError `document_invalid` if the template itself has a query, a fragment or a dot segment.
 */
export function compilePath(plan: RequestPlan): FillPath {
  const steps = stepsOf(plan)
  return (args, problems) => {
    let path = ''
    for (const step of steps) path += typeof step === 'string' ? step : fillSegment(step, args, problems)
    return path
  }
}

/** Constant stretches as text, each segment with a parameter as its pieces. */
function stepsOf(plan: RequestPlan): readonly Step[] {
  const segments = segmentsOf(plan)
  const steps: Step[] = []
  let constant = ''
  for (const [index, segment] of segments.entries()) {
    if (index > 0) constant += '/'
    if (segment.every(piece => typeof piece === 'string')) {
      constant += literalSegment(segment.join(''), plan)
      continue
    }
    steps.push(
      constant,
      segment.map(piece => (typeof piece === 'string' ? literalText(piece, plan) : piece)),
    )
    constant = ''
  }
  if (constant !== '') steps.push(constant)
  return steps
}

function segmentsOf(plan: RequestPlan): readonly Piece[][] {
  const segments: Piece[][] = [[]]
  for (const element of plan.path) {
    if (typeof element !== 'string') {
      segments.at(-1)?.push(element)
      continue
    }
    const [head, ...rest] = element.split('/')
    if (head) segments.at(-1)?.push(head)
    for (const part of rest) segments.push(part === '' ? [] : [part])
  }
  const [first, second] = segments
  const badStart = first?.length !== 0 || (second?.length === 0 && segments.length > 2)
  if (badStart) throw unusable(plan, 'does not start with one slash')
  return segments
}

function fillSegment(pieces: readonly Piece[], args: JsonObject, problems: ArgumentProblem[]): string {
  let encoded = ''
  let decoded = ''
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      encoded += piece
      decoded += piece
      continue
    }
    const value = segmentValue(piece, args, problems)
    if (value === undefined) return ''
    encoded += expandSimple(piece, value, piece.allowReserved ? percentEncodeInPath : percentEncode)
    decoded += expandSimple(piece, value, text => text)
  }
  // A single value was judged already, but style `label` puts a dot in front of it.
  const isComposed = pieces.length > 1 || decoded.startsWith('.')
  if (isComposed && isDotSegment(decoded)) {
    for (const piece of pieces) {
      if (typeof piece === 'string') continue
      problems.push(argumentProblem([piece.argument], 'a text that does not make a path of dots'))
    }
  }
  return encoded
}

function segmentValue(
  parameter: ParameterPlan,
  args: JsonObject,
  problems: ArgumentProblem[],
): ParameterValue | undefined {
  const given = Object.hasOwn(args, parameter.argument) ? args[parameter.argument] : undefined
  const before = problems.length
  const value = parameterValue(parameter, given, problems)
  if (problems.length > before) return undefined
  if (value === undefined) {
    const expected = 'a value: it is part of the path'
    const isMissing = given === undefined || given === null
    problems.push(
      isMissing
        ? missingArgument(parameter.argument, expected)
        : argumentProblem([parameter.argument], expected, 'an empty value'),
    )
    return undefined
  }
  const unlisted = delimiterProblem(parameter, value)
  if (unlisted !== undefined) {
    problems.push(argumentProblem([parameter.argument], unlisted))
    return undefined
  }
  for (const text of textsOf(value)) {
    const expected = pathTextProblem(text)
    if (expected === undefined) continue
    const why = 'a value that could leave its place in the path'
    problems.push(argumentProblem([parameter.argument], expected, text === '' ? 'an empty text' : why))
    return undefined
  }
  return value
}

function textsOf(value: ParameterValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return 'pairs' in value ? value.pairs.flat() : value
}

function literalSegment(text: string, plan: RequestPlan): string {
  const literal = literalText(text, plan)
  let decoded: string
  try {
    decoded = decodeURIComponent(literal)
  } catch {
    throw unusable(plan, 'has a percent-encoding that is not UTF-8')
  }
  if (isDotSegment(decoded)) throw unusable(plan, 'has a dot segment')
  return literal
}

/** A literal as it goes on the wire: what RFC 3986 allows in a segment stays, the rest is encoded. */
function literalText(text: string, plan: RequestPlan): string {
  if (/[?#\\]/.test(text)) throw unusable(plan, 'has a query, a fragment or a backslash')
  return text.toWellFormed().replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@-]+/g, part => {
    return /^%[0-9A-Fa-f]{2}$/.test(part) ? part : encodeURIComponent(part)
  })
}

function unusable(plan: RequestPlan, why: string): PosternError {
  const path = plan.path.map(part => (typeof part === 'string' ? part : `{${part.name}}`)).join('')
  return new PosternError('document_invalid', { detail: `the path ${path} ${why}` })
}
