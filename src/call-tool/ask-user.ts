import type { JsonObject, Tool } from '../catalogue/tool.ts'
import { askConfirmation } from '../elicitation/ask-confirmation.ts'
import { type AskingTool, askQuestions } from '../elicitation/ask-questions.ts'
import type { Interview } from '../elicitation/interview.ts'
import { PosternError } from '../errors.ts'
import type { ToolCall } from '../mcp/call.ts'
import type { ToolResult } from '../mcp/tool-result.ts'

/** Begins what is said with the user before one call, or goes on with it. */
export type BeginInterview = (call: ToolCall, tool: Tool) => Interview

/** What of a running call its user is asked about. Without an interview, nobody is asked. */
export interface AskingCall {
  readonly tool: Tool
  args: JsonObject
  interview: Interview | undefined
  /** What the user was asked about; the principal's own part comes later and is nobody's to see. */
  shown: JsonObject | undefined
  result: ToolResult
}

/** Asks for the arguments that only the user gives; nothing for nearly all tools. */
export function askUser(running: AskingCall): void | Promise<void> {
  return running.interview === undefined ? undefined : putQuestions(running, running.interview)
}

/** Asks for the last word, now that the call could be sent as it is. */
export function askToConfirm(running: AskingCall): void | Promise<void> {
  return running.interview === undefined ? undefined : putConfirmation(running, running.interview)
}

/**
 * An answer is good for one call. Before anything outside is asked, an identity provider included: what goes on with an
 * answer counts against no limit.
 */
export function useUpAnswers({ interview }: AskingCall): void | Promise<void> {
  return interview?.useUp()
}

async function putQuestions(running: AskingCall, interview: Interview): Promise<void> {
  const args = await askQuestions(interview, askingTool(running), running.args)
  if (args === undefined) {
    running.result = comeAgain(interview)
    return
  }
  running.args = args
  running.shown = args
}

async function putConfirmation(running: AskingCall, interview: Interview): Promise<void> {
  await askConfirmation(interview, askingTool(running), running.shown ?? {})
  if (interview.pending !== undefined) running.result = comeAgain(interview)
}

function askingTool({ tool }: AskingCall): AskingTool {
  if (tool.asking === undefined) throw new PosternError('internal_error', { detail: 'nothing to ask' })
  return {
    asking: tool.asking,
    name: tool.name,
    title: tool.title,
    isSensitive: tool.isSensitive,
    inputSchema: tool.inputSchema,
    guardBound: tool.guardBound,
  }
}

function comeAgain(interview: Interview): ToolResult {
  interview.consent = 'asked'
  return { content: [], structured: undefined, isError: false, inputRequired: interview.pending }
}
