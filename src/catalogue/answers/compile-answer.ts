import type { AnswerPlan, PaginationPlan, ReshapePlan } from '../answer-plan.ts'
import type { NamedArgument } from '../arguments/argument.ts'
import type { RuleOutcome } from '../classify/apply-rules.ts'
import type { DocumentContext } from '../document/document-context.ts'
import type { JsonObject } from '../tool.ts'
import { documentedAnswer } from './answer-members.ts'
import { compileFields } from './compile-fields.ts'
import { compileResult } from './compile-result.ts'
import { isFieldsParameter } from './fields-argument.ts'
import { recognisePagination } from './recognise-pagination.ts'

/** What an answer's plan is made from. */
export interface AnswerSource {
  readonly context: DocumentContext
  readonly operation: JsonObject
  readonly method: string
  readonly rules: RuleOutcome
  /** Arguments that callers give. */
  readonly open: readonly NamedArgument[]
}

/** Methods whose answer may be the first page of several; a repeated POST may do its work again. */
const PAGED = new Set(['GET', 'QUERY'])
const MOST_NARROWING = 6
const NARROWING = /^(?:q|query|search|filter.*|\$filter|where|since|from|status|state|type)$/i

/** Compiles what is done to an operation's answers. Pure; throws nothing for a document's sake. */
export function compileAnswer({ context, operation, method, rules, open }: AnswerSource): AnswerPlan {
  const { tools } = context.api
  const answer = documentedAnswer(operation, context.resolveReference)
  const pagination =
    tools.pagination === 'off' || !PAGED.has(method)
      ? undefined
      : recognisePagination(open, answer, context.resolveReference)
  return Object.freeze({
    limit: rules.resultLimit ?? tools.resultLimit,
    binaryLimit: rules.resultLimit ?? Number.POSITIVE_INFINITY,
    output: tools.outputSchema,
    reshape: reshapePlan(rules, open),
    pagination,
    narrowing: Object.freeze(narrowingArguments(open, pagination)),
    errors: rules.errors,
  })
}

function reshapePlan(rules: RuleOutcome, open: readonly NamedArgument[]): ReshapePlan | undefined {
  const fields = rules.fields === undefined ? undefined : compileFields(rules.fields)
  const argument = open.find(({ location }) => location === 'gateway')?.argument
  const result = rules.result === undefined ? undefined : compileResult(rules.result)
  if (fields === undefined && argument === undefined && result === undefined) return undefined
  return Object.freeze({ fields, argument, result })
}

/** How many, which members, which items: in the order in which they make an answer smaller for sure. */
function narrowingArguments(
  open: readonly NamedArgument[],
  pagination: PaginationPlan | undefined,
): readonly string[] {
  const own = open.filter(argument => argument.location === 'gateway' || isFieldsParameter(argument))
  const filters = open.filter(({ location, wire }) => location === 'query' && NARROWING.test(wire))
  const names = [...own, ...filters].map(({ argument }) => argument)
  const size = pagination?.size?.argument
  return (size === undefined ? names : [size, ...names]).slice(0, MOST_NARROWING)
}
