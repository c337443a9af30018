import type { AnswerPlan } from '../catalogue/answer-plan.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { ContentBlock, ToolResult } from '../mcp/tool-result.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { checkAnswer, checkCut } from './check-answer.ts'
import type { Blocks } from './content-blocks.ts'
import type { Cut } from './cut-json.ts'
import { cutJson } from './cut-json.ts'
import { cutText } from './cut-text.ts'
import { describeCuts } from './describe-cuts.ts'
import { describeNext } from './describe-next.ts'
import type { JsonText } from './json-text.ts'
import { nextPage } from './next-page.ts'
import { reshapeJson } from './reshape-json.ts'

/** What of a tool matters to its answers. */
export type ShapedTool = Pick<Tool, 'name' | 'operation'> &
  Partial<Pick<Tool, 'answer' | 'outputSchema' | 'checkOutput' | 'isSensitive' | 'plan' | 'bind'>>

/** One answered call. */
export interface AnsweredCall {
  readonly response: UpstreamResponse
  readonly tool: ShapedTool
  /** What the call was made with, bound arguments included. */
  readonly args: JsonObject
}

/**
 * Makes a good answer fit for a model, as its tool's plan says: checked against the documented schema, only the
 * members that are wanted, not too long, with the arguments that fetch what follows. An answer for which there is
 * nothing to do comes out as it is, text and all.
 */
export function fitAnswer(blocks: Blocks, call: AnsweredCall): ToolResult {
  const { tool } = call
  const plan = tool.answer
  if (plan === undefined)
    return { content: blocks.content, structured: structuredOf(blocks, tool), isError: false }
  const verdict = checkAnswer(tool, plan, blocks)
  if (verdict.refusal !== undefined) return refused(call, verdict.refusal)
  const { reshape, pagination, limit } = plan
  if (reshape === undefined && pagination === undefined && blocks.json && blocks.json.text.length <= limit) {
    return { content: blocks.content, structured: structuredOf(blocks, tool), isError: false, ...verdict }
  }
  const isReshaped = reshape !== undefined && blocks.isEmpty !== true
  const reshaped = isReshaped ? reshapeJson(blocks.json?.text, reshape, call.args) : undefined
  if (reshaped?.problem !== undefined) return refused(call, reshaped.problem)
  const whole = reshaped?.text === undefined ? blocks : fromText(reshaped.text)
  const { fitted, cuts } = cutBlocks(whole, plan)
  const misfit = cuts.length > 0 && fitted.structured ? checkCut(tool, plan, fitted.structured) : undefined
  if (misfit !== undefined) return refused(call, misfit)
  const next = nextOf(call, plan, blocks.json, reshape?.result === undefined ? cuts : [])
  const notes = [...describeCuts(cuts, plan, next !== undefined), ...(next === undefined ? [] : [next.line])]
  if (reshaped?.note !== undefined) notes.push(reshaped.note)
  const content = notes.length === 0 ? fitted.content : [...fitted.content, textBlock(notes.join('\n'))]
  const structured = structuredOf(fitted, tool)
  return { content, structured, isError: false, meta: next?.meta, drift: verdict.drift }
}

/** The answer is kept back; that the call went through has to be said, or it would be repeated. */
function refused({ response: { status } }: AnsweredCall, reason: string): ToolResult {
  const text = `${reason}\nThe API had accepted the call (${status}), so it may have taken effect.`
  return { content: [textBlock(text)], structured: undefined, isError: true }
}

/**
 * The structured content. A tool that promises some has to give some (MCP server/tools "Output Schema"): where
 * the answer is no object, the answer stands in an object's only member, `result`, since clients that read the
 * structured content may show nothing else.
 */
function structuredOf(
  { structured, json, content }: Blocks,
  { outputSchema }: ShapedTool,
): string | undefined {
  if (structured !== undefined || outputSchema === undefined) return structured
  if (json !== undefined) return `{"result":${json.text}}`
  const [first] = content
  return first?.type === 'text' ? `{"result":${JSON.stringify(first.text)}}` : '{}'
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text }
}

function fromText(text: string): Blocks {
  return {
    content: [textBlock(text)],
    structured: text.startsWith('{') ? text : undefined,
    json: { text, value: undefined },
  }
}

interface CutBlocks {
  readonly fitted: Blocks
  readonly cuts: readonly Cut[]
}

const NO_CUTS: readonly Cut[] = []

function cutBlocks(blocks: Blocks, { limit }: AnswerPlan): CutBlocks {
  const { json, content } = blocks
  if (json !== undefined) {
    if (json.text.length <= limit) return { fitted: blocks, cuts: NO_CUTS }
    const { text, cuts } = cutJson(json.text, limit)
    return { fitted: fromText(text), cuts }
  }
  const cuts: Cut[] = []
  let left = limit
  const fitted = content.map(block => {
    if (block.type !== 'text') return block
    const room = Math.max(left, 0)
    left -= block.text.length
    if (block.text.length <= room) return block
    const { text, ...cut } = cutText(block.text, room, blocks.isRecords === true)
    cuts.push({ ...cut, path: [] })
    return textBlock(text)
  })
  return cuts.length === 0 ? { fitted: blocks, cuts } : { fitted: { ...blocks, content: fitted }, cuts }
}

function nextOf(
  { response, tool, args }: AnsweredCall,
  { pagination }: AnswerPlan,
  json: JsonText | undefined,
  cuts: readonly Cut[],
): { line: string; meta: string } | undefined {
  if (pagination === undefined) return undefined
  const keptOf = (path: readonly string[]) =>
    cuts.find(cut => cut.unit === 'items' && cut.path.join('\n') === path.join('\n'))?.kept
  const next = nextPage({
    plan: pagination,
    args,
    value: json?.value,
    link: response.headers.link,
    url: () => `${originOf(tool.plan?.baseUrl)}${response.path}`,
    keptOf,
  })
  return next === undefined ? undefined : describeNext(next, args, tool)
}

function originOf(baseUrl = 'http://localhost'): string {
  return /^[a-z]+:\/\/[^/]*/i.exec(baseUrl)?.[0] ?? ''
}
