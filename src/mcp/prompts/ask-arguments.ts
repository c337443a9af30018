import type { JsonObject } from '../../catalogue/tool.ts'
import type { InputRequired } from '../../elicitation/dialogue.ts'
import type { PutQuestion } from '../../elicitation/interview.ts'
import { refuseUnwilling } from '../../elicitation/refuse-unwilling.ts'
import { PosternError } from '../../errors.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import type { Prompt, PromptArgument } from './prompt.ts'

/** What the user gave, by name; or what the client has to come again with. */
export type AskedArguments =
  | { readonly values: ReadonlyMap<string, string> }
  | { readonly pending: InputRequired }

/**
 * Asks the user for arguments of a prompt that the client did not send, in one form. Undefined where nobody can be
 * asked: the client did not say that it can, or the prompt is not to ask.
 *
 * @param sent - the arguments as the client sent them
 * @throws PosternError `declined`, `invalid_params`, `invalid_request_state`, …
 */
export async function askArguments(
  prompt: Prompt,
  missing: readonly PromptArgument[],
  sent: JsonObject,
  context: MessageContext,
  { door }: Prepared,
): Promise<AskedArguments | undefined> {
  if (prompt.ask === undefined || door.interview === undefined) return undefined
  const { server } = door
  const about = { name: `prompts/get ${prompt.name}` }
  const interview = door.interview({ server, caller: context.caller, arguments: sent, user: context }, about)
  if (!interview.isPossible) return undefined
  const request = { message: prompt.ask, requestedSchema: formFor(missing) }
  const question: PutQuestion = { round: 0, name: 'arguments', request, takesAnyAnswer: true }
  for (;;) {
    const answer = await interview.put(question)
    if (answer === undefined) return pendingOf(interview.pending)
    if (answer.action !== 'accept') return refuseUnwilling(interview, answer.action)
    const values = valuesIn(answer.content, missing)
    if (values !== undefined) return { values }
    if (!interview.putAgain(question)) {
      throw new PosternError('invalid_params', { message: 'The user left required arguments empty.' })
    }
    if (interview.pending !== undefined) return pendingOf(interview.pending)
  }
}

function formFor(missing: readonly PromptArgument[]): JsonObject {
  const fields = missing.map(({ name, title, description }) => [
    name,
    { type: 'string', title, description, minLength: 1, maxLength: LONGEST_GIVEN },
  ])
  return {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: missing.map(({ name }) => name),
  }
}

function valuesIn(content: JsonObject, missing: readonly PromptArgument[]): Map<string, string> | undefined {
  const values = new Map<string, string>()
  for (const { name } of missing) {
    const value = Object.hasOwn(content, name) ? content[name] : undefined
    if (typeof value !== 'string' || value === '' || value.length > LONGEST_GIVEN) return undefined
    values.set(name, value)
  }
  return values
}

function pendingOf(pending: InputRequired | undefined): AskedArguments | undefined {
  return pending === undefined ? undefined : { pending }
}

/** People fill it in by hand. */
const LONGEST_GIVEN = 10_000
