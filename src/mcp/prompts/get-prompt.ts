import type { JsonObject } from '../../catalogue/tool.ts'
import { fillIn, type TextTemplate } from '../../config/text-template.ts'
import { PosternError } from '../../errors.ts'
import { isJsonObject, type RpcRequest } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { renderInputRequired, renderResult } from '../render-result.ts'
import { readResource } from '../resources/read-resource.ts'
import { MODERN_VERSION } from '../versions.ts'
import { type AskedArguments, askArguments } from './ask-arguments.ts'
import { findPrompt } from './find-prompt.ts'
import type { Prompt, PromptMessage } from './prompt.ts'

/**
 * `prompts/get` (2026-07-28 server/prompts): the messages with the arguments filled in. Resources in it are read as
 * the caller, one after the other, and one that can't be read refuses the prompt.
 *
 * @throws PosternError `method_not_found`, `invalid_params`, `unknown_prompt`, and whatever a read is refused with
 */
export async function answerGetPrompt(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): Promise<string> {
  const prompt = findPrompt(request.params?.name, context, prepared)
  const sent = readSent(request.params, prompt)
  const given = await complete(prompt, sent, context, prepared)
  const modernMeta = context.version === MODERN_VERSION ? prepared.resultMeta : undefined
  if ('pending' in given) return renderInputRequired(request.id, given.pending, modernMeta)
  const { values } = given
  const messages: string[] = []
  for (const message of prompt.messages) messages.push(...(await render(message, values, context, prepared)))
  const description =
    prompt.description === undefined ? '' : `"description":${JSON.stringify(prompt.description)},`
  const members = `${description}"messages":[${messages.join(',')}]`
  const head = modernMeta === undefined ? '' : `"resultType":"complete",${modernMeta},`
  return renderResult(request.id, `${head}${members}`)
}

/**
 * The arguments as sent, which the specification has as texts.
 *
 * @throws PosternError `invalid_params`
 */
function readSent(params: JsonObject | undefined, prompt: Prompt): Readonly<Record<string, string>> {
  const sent = params?.arguments ?? {}
  if (!isJsonObject(sent)) throw invalid('params.arguments must be an object.')
  const known = prompt.arguments.map(({ name }) => name)
  const texts = Object.entries(sent).map(([name, value]): [string, string] => {
    if (!known.includes(name)) {
      const has = known.length === 0 ? 'It takes none.' : `It takes ${known.join(', ')}.`
      throw invalid(`The prompt ${prompt.name} has no argument ${JSON.stringify(name.slice(0, 64))}. ${has}`)
    }
    if (typeof value !== 'string') throw invalid(`The argument ${name} must be a text.`)
    if (value.length > LONGEST) throw invalid(`The argument ${name} is longer than ${LONGEST} characters.`)
    return [name, value]
  })
  return Object.fromEntries(texts)
}

/** Asks the user for what is missing, where that is wanted and possible. @throws PosternError `invalid_params`, … */
async function complete(
  prompt: Prompt,
  sent: Readonly<Record<string, string>>,
  context: MessageContext,
  prepared: Prepared,
): Promise<AskedArguments> {
  const values = new Map(Object.entries(sent))
  const missing = prompt.arguments.filter(({ name, required }) => required && (values.get(name) ?? '') === '')
  const [first] = missing
  if (first === undefined) return { values }
  const asked = await askArguments(prompt, missing, sent, context, prepared)
  if (asked === undefined) throw invalid(`The prompt ${prompt.name} needs the argument ${first.name}.`)
  return 'pending' in asked ? asked : { values: new Map([...values, ...asked.values]) }
}

async function render(
  { role, content }: PromptMessage,
  values: ReadonlyMap<string, string>,
  context: MessageContext,
  prepared: Prepared,
): Promise<readonly string[]> {
  const message = (block: string) => `{"role":"${role}","content":${block}}`
  if (content.type === 'media') return [message(content.block)]
  if (content.type === 'text') {
    return [message(`{"type":"text","text":${JSON.stringify(fillIn(content.text, values))}}`)]
  }
  const blocks = await readResource(fillUri(content.uri, values), context, prepared)
  return blocks.map(block => message(JSON.stringify(block)))
}

/** A value is one part of the URI, whatever is in it; where there is nothing else, it is the URI. */
function fillUri(uri: TextTemplate, values: ReadonlyMap<string, string>): string {
  const [only] = uri
  const isWhole = uri.length === 1 && typeof only !== 'string'
  return fillIn(uri, values, isWhole ? undefined : value => encodeURIComponent(value.toWellFormed()))
}

/** A message may have a place for a value many times over. */
const LONGEST = 65_536

function invalid(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}
