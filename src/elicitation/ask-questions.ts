import type { Asking, Question } from '../catalogue/asking/asking.ts'
import type { ArgumentProblem, JsonObject, Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import type { Interview, PutQuestion } from './interview.ts'
import { refuseUnwilling } from './refuse-unwilling.ts'
import { writeMessage } from './write-message.ts'

/** The tool whose questions are asked. */
export type AskingTool = Pick<Tool, 'name' | 'title' | 'isSensitive' | 'inputSchema' | 'guardBound'> & {
  readonly asking: Asking
}

/**
 * Puts a tool's forms to the user, one after the other, and checks what is filled in. What the forms did not ask for
 * is ignored.
 *
 * @param args - the model's, which are valid
 * @returns all arguments; undefined where the client has to come again, see `Interview.pending`
 * @throws PosternError `declined`, `invalid_arguments`, and what {@link Interview.put} refuses with
 */
export async function askQuestions(
  interview: Interview,
  tool: AskingTool,
  args: JsonObject,
): Promise<JsonObject | undefined> {
  for (const [round, question] of tool.asking.questions.entries()) {
    if (interview.isPast(round)) continue
    const answers = await askOne(interview, tool, { round, question, args })
    if (answers === undefined) return undefined
    interview.note(answers)
  }
  const all = { ...args, ...interview.answers }
  const problems = tool.guardBound(all)
  if (problems.length > 0) throw new PosternError('invalid_arguments', { data: { problems } })
  return all
}

interface Asked {
  readonly round: number
  readonly question: Question
  readonly args: JsonObject
}

async function askOne(
  interview: Interview,
  tool: AskingTool,
  { round, question, args }: Asked,
): Promise<JsonObject | undefined> {
  const { name, requestedSchema } = question
  const message = writeMessage(question.message, { tool, args: { ...args, ...interview.answers } })
  let put: PutQuestion = { round, name, request: { message, requestedSchema }, takesAnyAnswer: true }
  for (;;) {
    const answer = await interview.put(put)
    if (answer === undefined) return undefined
    if (answer.action !== 'accept') return refuseUnwilling(interview, answer.action)
    const answers = ownAnswers(question, answer.content)
    const problems = question.validate(answers)
    if (problems.length === 0) return answers
    put = { ...put, request: { message: `${message}\n${sayProblem(problems)}`, requestedSchema } }
    if (!interview.putAgain(put)) throw new PosternError('invalid_arguments', { data: { problems } })
    if (interview.pending !== undefined) return undefined
  }
}

/** What was asked for; fields that were left empty are left out. */
function ownAnswers({ arguments: names }: Question, content: JsonObject): JsonObject {
  const given = names.filter(name => Object.hasOwn(content, name) && (content[name] ?? null) !== null)
  return Object.fromEntries(given.map(name => [name, content[name]]))
}

function sayProblem([problem]: readonly ArgumentProblem[]): string {
  return `That can’t be taken: ${problem?.path.slice(1) ?? ''} must be ${problem?.expected ?? 'something else'}.`
}
