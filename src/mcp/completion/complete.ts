import type { JsonObject } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'
import { isJsonObject, type RpcRequest } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { findPrompt } from '../prompts/find-prompt.ts'
import { renderResult } from '../render-result.ts'
import { MODERN_VERSION } from '../versions.ts'
import { askTool } from './ask-tool.ts'
import { matchingValues } from './matching-values.ts'
import { templateValues } from './template-values.ts'

/** What is asked for: an argument, what was typed for it so far, and what is known of the others. */
export interface Completion {
  readonly argument: string
  readonly value: string
  readonly others: ReadonlyMap<string, string>
}

/**
 * `completion/complete` (2026-07-28 server/utilities/completion): values for an argument of a prompt, from the
 * configuration or a tool's answer to this caller; or for a variable of a resource template, where the document lists
 * the possible ones.
 *
 * @throws PosternError `method_not_found` where there is nothing to complete, `invalid_params`, `unknown_prompt`,
 * `unknown_resource`, and what a call may be refused with, save that the caller may not make it: that yields nothing
 */
export async function answerComplete(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): Promise<string> {
  const { server } = prepared.door
  if (server.prompts === undefined && server.resources === undefined)
    throw new PosternError('method_not_found')
  const completion = readCompletion(request.params)
  const candidates = await candidatesFor(request.params?.ref, completion, context, prepared)
  const { values, total } = matchingValues(candidates, completion.value)
  const found = JSON.stringify({ values, total, hasMore: total > values.length })
  const members = `"completion":${found}`
  return renderResult(
    request.id,
    context.version === MODERN_VERSION
      ? `"resultType":"complete",${prepared.resultMeta},${members}`
      : members,
  )
}

async function candidatesFor(
  ref: unknown,
  completion: Completion,
  context: MessageContext,
  prepared: Prepared,
): Promise<readonly string[]> {
  if (!isJsonObject(ref)) throw invalid('params.ref must be an object.')
  if (ref.type === 'ref/resource') return templateValues(ref.uri, completion, context, prepared)
  if (ref.type !== 'ref/prompt') throw invalid('params.ref.type must be ref/prompt or ref/resource.')
  const prompt = findPrompt(ref.name, context, prepared)
  const argument = prompt.arguments.find(({ name }) => name === completion.argument)
  if (argument === undefined) throw invalid('params.argument.name must be an argument of the prompt.')
  return argument.from === undefined ? argument.values : askTool(argument.from, completion, context, prepared)
}

function readCompletion(params: JsonObject | undefined): Completion {
  const argument = params?.argument
  if (!isJsonObject(argument) || typeof argument.name !== 'string' || typeof argument.value !== 'string') {
    throw invalid('params.argument must have a name and a value, both texts.')
  }
  if (argument.value.length > LONGEST)
    throw invalid(`params.argument.value is longer than ${LONGEST} characters.`)
  const known = isJsonObject(params?.context) ? params.context.arguments : undefined
  const others = new Map<string, string>()
  for (const [name, value] of Object.entries(isJsonObject(known) ? known : {})) {
    if (typeof value === 'string' && value.length <= LONGEST) others.set(name, value)
  }
  return { argument: argument.name, value: argument.value, others }
}

/** Nobody types more, and it is compared with every value. */
const LONGEST = 1_000

function invalid(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}
