import type { TextTemplate } from '../../config/text-template.ts'
import type { NamedArgument } from '../arguments/argument.ts'
import { sensitivePaths } from '../arguments/sensitive-paths.ts'
import type { RuleOutcome } from '../classify/apply-rules.ts'
import type { DocumentContext } from '../document/document-context.ts'
import type { JsonObject } from '../tool.ts'
import { askableSchema } from './askable-schema.ts'
import type { Confirmation, Question } from './asking.ts'
import { parseMessage } from './parse-message.ts'

/** What is asked of the user before a call of one tool, and which arguments are left to the model. */
export interface AskingDraft {
  /** Arguments that the model gives. */
  readonly open: readonly NamedArgument[]
  /** Undefined for nearly all tools: nobody is asked. */
  readonly asking: DraftedQuestions | undefined
  readonly problems: readonly AskingProblem[]
}

/** Questions before their answers can be checked. */
export interface DraftedQuestions {
  readonly questions: readonly DraftedQuestion[]
  readonly confirmation: Confirmation | undefined
  /** Arguments that the user gives. */
  readonly asked: readonly NamedArgument[]
}

/** A question, with the arguments themselves instead of their names. */
export interface DraftedQuestion extends Omit<Question, 'arguments' | 'validate'> {
  readonly asked: readonly NamedArgument[]
}

/** What the configuration asks for and can't have; all of it would leave somebody unasked. */
export interface AskingProblem {
  /** Place within `tools.rules`. */
  readonly at: readonly PropertyKey[]
  readonly message: string
  readonly fix: string
}

/**
 * Applies `ask` and `confirm` to the arguments of one operation: those that the user gives leave the model's.
 * An argument is called by its name in the document or in the tool's schema, as with `bind`.
 */
export function draftAsking(
  context: DocumentContext,
  args: readonly NamedArgument[],
  { ask, confirm }: Pick<RuleOutcome, 'ask' | 'confirm'>,
): AskingDraft {
  const said = confirm?.value ?? false
  if (ask === undefined && said === false) return { open: args, asking: undefined, problems: NONE }
  const problems: AskingProblem[] = []
  const findings = { context, args, problems }
  const questions = (ask?.questions ?? []).map((question, index): DraftedQuestion => {
    const at = [ask?.rule ?? 0, 'ask', index]
    const asked = question.arguments.flatMap((name, position) => {
      return findAsked(findings, name, [...at, 'arguments', position])
    })
    return {
      name: question.name ?? asked[0]?.argument ?? `question_${index + 1}`,
      message: readMessage(findings, question.message, [...at, 'message']),
      asked,
      requestedSchema: formOf(context, asked),
    }
  })
  const asked = questions.flatMap(question => question.asked)
  problems.push(...repeated(questions, ask?.rule ?? 0))
  const confirmation = said === false ? undefined : confirmationOf(findings, said, confirm?.rule ?? 0)
  return {
    open: args.filter(argument => !asked.includes(argument)),
    asking: { questions, confirmation, asked },
    problems,
  }
}

interface Findings {
  readonly context: DocumentContext
  readonly args: readonly NamedArgument[]
  readonly problems: AskingProblem[]
}

const NONE: readonly AskingProblem[] = Object.freeze([])
const FIX = 'correct it, or leave the operation out of the rule'

function findAsked(
  { context, args, problems }: Findings,
  name: string,
  at: readonly PropertyKey[],
): readonly NamedArgument[] {
  const found = args.find(({ argument }) => argument === name) ?? args.find(({ wire }) => wire === name)
  if (found === undefined) {
    problems.push({ at, message: `there is no argument ${JSON.stringify(name)} to ask for`, fix: FIX })
    return []
  }
  if (isSensitive(context, found)) {
    const message = `${JSON.stringify(name)} is a secret, which clients would see and models might`
    problems.push({ at, message, fix: 'leave it to the product’s own page' })
    return []
  }
  const askable = writtenFor(context, found)
  if ('problem' in askable) {
    const message = `${JSON.stringify(name)} can’t be asked for: ${askable.problem}`
    problems.push({ at, message, fix: 'leave it to the model' })
    return []
  }
  return [found]
}

function writtenFor({ resolveReference }: DocumentContext, { schemas, notes }: NamedArgument) {
  if (schemas.length > 1) return { problem: 'several schemas hold for it at once' }
  return askableSchema(schemas[0] ?? {}, notes, resolveReference)
}

function formOf(context: DocumentContext, asked: readonly NamedArgument[]): JsonObject {
  const properties = asked.flatMap(argument => {
    const written = writtenFor(context, argument)
    return 'schema' in written ? [[argument.argument, written.schema] as const] : []
  })
  const required = asked.filter(argument => argument.required).map(({ argument }) => argument)
  return Object.freeze({
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  })
}

function confirmationOf(
  findings: Findings,
  said: true | { readonly message?: string | undefined; readonly without: 'refuse' | 'call' },
  rule: number,
): Confirmation {
  if (said === true) return { message: undefined, without: 'refuse' }
  const at = [rule, 'confirm', 'message']
  const message = said.message === undefined ? undefined : readMessage(findings, said.message, at)
  return { message, without: said.without }
}

/** Names in messages are turned into those of the tool's arguments. */
function readMessage(
  { context, args, problems }: Findings,
  text: string,
  at: readonly PropertyKey[],
): TextTemplate {
  return parseMessage(text).map(part => {
    if (typeof part === 'string') return part
    const { argument: name } = part
    const found = args.find(({ argument }) => argument === name) ?? args.find(({ wire }) => wire === name)
    if (found === undefined) {
      const message = `the message names the argument ${JSON.stringify(name)}, and there is none`
      problems.push({ at, message, fix: FIX })
    } else if (isSensitive(context, found)) {
      const message = `the message would show ${JSON.stringify(name)}, which is a secret`
      problems.push({ at, message, fix: 'leave it out of the message' })
    }
    return { argument: found?.argument ?? name }
  })
}

function isSensitive({ resolveReference }: DocumentContext, argument: NamedArgument): boolean {
  const schemas = new Map([[argument.argument, [...argument.schemas, argument.notes]]])
  return sensitivePaths(schemas, resolveReference)([argument.argument])
}

function repeated(questions: readonly DraftedQuestion[], rule: number): readonly AskingProblem[] {
  const problems: AskingProblem[] = []
  const names = new Set<string>()
  const asked = new Set<NamedArgument>()
  for (const [index, question] of questions.entries()) {
    const at = [rule, 'ask', index]
    if (names.has(question.name)) {
      const message = `two questions are called ${JSON.stringify(question.name)}`
      problems.push({ at, message, fix: 'give this one another `name`' })
    }
    names.add(question.name)
    for (const argument of question.asked) {
      if (asked.has(argument)) {
        const message = `${JSON.stringify(argument.argument)} is asked for twice`
        problems.push({ at, message, fix: 'ask for it once' })
      }
      asked.add(argument)
    }
  }
  return problems
}
