import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { TextTemplate } from '../config/text-template.ts'
import { showValue } from './show-value.ts'

/** What a message is made from. */
export interface MessageSource {
  readonly tool: Pick<Tool, 'name' | 'title' | 'isSensitive'> & Partial<Pick<Tool, 'inputSchema'>>
  /** Arguments as far as they are known. */
  readonly args: JsonObject
}

/** Fills an author's message in; an argument that is not there is shown as a dash. */
export function writeMessage(template: TextTemplate, { tool, args }: MessageSource): string {
  const parts = template.map(part => {
    if (typeof part === 'string') return part
    const { argument } = part
    const value = Object.hasOwn(args, argument) ? args[argument] : undefined
    return value === undefined ? '–' : showValue(value, [argument], tool.isSensitive)
  })
  return parts.join('')
}

/**
 * What is asked before a call where its author wrote no message: what will be done, and with what. What the call needs
 * comes first: the model chose the order, and there is an end to what is shown.
 */
export function confirmationMessage({ tool, args }: MessageSource): string {
  const head = `Go ahead with “${tool.title ?? tool.name}”?`
  const required: unknown = tool.inputSchema?.required
  const needed = new Set(Array.isArray(required) ? required : [])
  const entries = Object.entries(args)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => Number(needed.has(b)) - Number(needed.has(a)))
  const lines = entries
    .slice(0, MOST_ARGUMENTS)
    .map(([name, value]) => `${showName(name)}: ${showValue(value, [name], tool.isSensitive)}`)
  const more = entries.length > lines.length ? [`and ${entries.length - lines.length} more`] : []
  return [head, ...lines, ...more].join('\n')
}

const MOST_ARGUMENTS = 20

/** Names are the document's; what is not plain is left out. */
function showName(name: string): string {
  return name.replace(/[^\w .-]/g, '').slice(0, 64)
}
