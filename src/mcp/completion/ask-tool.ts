import type { JsonObject } from '../../catalogue/tool.ts'
import { fillIn, placeholdersIn } from '../../config/text-template.ts'
import { type ErrorCode, PosternError } from '../../errors.ts'
import { callWithin } from '../call-within.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import type { ValueSource } from '../prompts/prompt.ts'
import type { ToolResult } from '../tool-result.ts'
import type { Completion } from './complete.ts'

/**
 * Calls the tool that knows an argument's values, as this caller: by the same policy, limits and audit as every call.
 * A caller who may not call it, and a backend that fails, have no values; that there are some is not told.
 *
 * @throws PosternError where no call can be made right now: `rate_limited`, `store_unavailable`, …
 */
export async function askTool(
  { tool, arguments: args, items }: ValueSource,
  completion: Completion,
  context: MessageContext,
  prepared: Prepared,
): Promise<readonly string[]> {
  const wanted = {
    name: tool,
    purpose: 'completion',
    arguments: argumentsFor(args, completion),
    via: 'completion/complete',
  } as const
  try {
    const result = await prepared.door.callTool(callWithin(wanted, context, prepared))
    return result.isError ? [] : valuesIn(result, items)
  } catch (error) {
    if (error instanceof PosternError && NOT_FOR_THEM.has(error.code)) return []
    throw error
  }
}

const NOT_FOR_THEM: ReadonlySet<ErrorCode> = new Set(['insufficient_scope', 'access_denied', 'unknown_tool'])
/** Longer ones are no values that anybody chooses from. */
const LONGEST_VALUE = 1_000
const MOST_VALUES = 10_000

/** A text that has a place for what is not known yet is left out. */
function argumentsFor(args: ValueSource['arguments'], { argument, value, others }: Completion): JsonObject {
  const typed: readonly (readonly [string, string])[] = [...others, [argument, value]]
  const known = new Map(typed.filter(([, text]) => text !== ''))
  const filled = [...args].flatMap(([name, given]): [string, unknown][] => {
    if (typeof given === 'number' || typeof given === 'boolean') return [[name, given]]
    return placeholdersIn(given).every(place => known.has(place)) ? [[name, fillIn(given, known)]] : []
  })
  return Object.fromEntries(filled)
}

function valuesIn({ content, structured }: ToolResult, items: ValueSource['items']): readonly string[] {
  const [first] = content
  const text = structured ?? (first?.type === 'text' ? first.text : undefined)
  const found = text === undefined ? undefined : evaluate(text, items)
  const list = Array.isArray(found) ? found.slice(0, MOST_VALUES) : [found]
  return list.flatMap(value => {
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && value !== '' && value.length <= LONGEST_VALUE ? value : []
  })
}

/** An answer that is no JSON, or in which nothing can be found, has no values. */
function evaluate(text: string, items: ValueSource['items']): unknown {
  try {
    return items(JSON.parse(text))
  } catch {
    return undefined
  }
}
