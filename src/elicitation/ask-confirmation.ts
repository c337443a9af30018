import type { JsonObject } from '../catalogue/tool.ts'
import type { AskingTool } from './ask-questions.ts'
import type { Interview } from './interview.ts'
import { refuseUnwilling } from './refuse-unwilling.ts'
import { confirmationMessage, writeMessage } from './write-message.ts'

/**
 * Asks the user to say yes to a call, with all that it will be sent with but what the configuration binds. Returns
 * with `interview.pending` set where the client has to come again.
 *
 * @throws PosternError `declined`, and what {@link Interview.put} refuses with
 */
export async function askConfirmation(
  interview: Interview,
  tool: AskingTool,
  args: JsonObject,
): Promise<void> {
  const { confirmation, questions } = tool.asking
  if (confirmation === undefined) return
  if (!interview.isPossible && confirmation.without === 'call') {
    interview.consent = 'not possible'
    return
  }
  const source = { tool, args }
  const message =
    confirmation.message === undefined
      ? confirmationMessage(source)
      : writeMessage(confirmation.message, source)
  const answer = await interview.put({
    round: questions.length,
    name: 'confirm',
    request: { message, requestedSchema: NOTHING_TO_FILL_IN },
    takesAnyAnswer: false,
  })
  if (answer === undefined) return
  if (answer.action !== 'accept') refuseUnwilling(interview, answer.action)
  interview.consent = true
}

const NOTHING_TO_FILL_IN = Object.freeze({ type: 'object', properties: Object.freeze({}) })
