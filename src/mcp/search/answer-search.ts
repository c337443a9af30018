import { DEFAULT_FOUND, MAX_FOUND } from '../../catalogue/search/search-surface.ts'
import type { ToolQuery } from '../../catalogue/search/tool-index.ts'
import type { JsonObject, Tool } from '../../catalogue/tool.ts'
import type { ToolResult } from '../tool-result.ts'
import { ownArguments } from './own-arguments.ts'
import { requiredArguments } from './required-arguments.ts'
import type { Behind } from './search-front.ts'

/**
 * Answers a search, in words for the model and as JSON for programs: the tools that this caller may call and that
 * fit, the best first. Where nothing fits, the resources that there are.
 *
 * @throws PosternError `invalid_arguments`
 */
export function answerSearch(args: JsonObject, caller: Behind): ToolResult {
  const query = readQuery(ownArguments(caller.surface.search, args))
  const { tools, total } = caller.surface.index.search(query, caller.visible)
  return total === 0 ? nothingFound(query, caller) : found(tools, total, caller)
}

function readQuery({ query, tier, resource, limit }: JsonObject): ToolQuery {
  return {
    text: typeof query === 'string' ? query : '',
    tier: tier === 'read' || tier === 'write' || tier === 'manage' ? tier : undefined,
    resource: typeof resource === 'string' ? resource : undefined,
    limit: typeof limit === 'number' ? Math.min(limit, MAX_FOUND) : DEFAULT_FOUND,
  }
}

function found(tools: readonly Tool[], total: number, { surface }: Behind): ToolResult {
  const entries = tools.map(tool => ({
    name: tool.name,
    tier: tool.tier,
    execute: surface.execute[tool.tier].name,
    description: inOneLine(tool),
    required: requiredArguments(tool),
  }))
  const lines = entries.map(({ name, execute, description, required }) => {
    const needs = required.length === 0 ? '' : ` Needs ${required.join(', ')}.`
    return `- ${name} (${execute}): ${description}${needs}`
  })
  const shown = total === tools.length ? `${total}` : `The best ${tools.length} of ${total}`
  const what = total === 1 ? 'tool' : 'tools'
  const head = `${shown} ${what}, in parentheses what to run each with. Read the arguments with ${surface.describe.name} first.`
  return result([head, ...lines], { tools: entries, total })
}

/** Most resources that are named. */
const MAX_RESOURCES = 80

function nothingFound({ tier }: ToolQuery, { visible }: Behind): ToolResult {
  const counts = new Map<string, number>()
  for (const tool of visible) {
    if (tier === undefined || tool.tier === tier) {
      counts.set(tool.resource, (counts.get(tool.resource) ?? 0) + 1)
    }
  }
  const resources = [...counts]
    .map(([name, tools]) => ({ name, tools }))
    .sort((a, b) => b.tools - a.tools || (a.name < b.name ? -1 : 1))
  const shown = resources.slice(0, MAX_RESOURCES)
  const more = resources.length > shown.length ? `, and ${resources.length - shown.length} more` : ''
  const of = tier === undefined ? '' : ` with ${tier} tools`
  const named = shown.map(({ name, tools }) => `${name} (${tools})`).join(', ')
  const lines = [
    'No tool was found. Try other words, or fewer.',
    shown.length === 0
      ? `There is no resource${of}.`
      : `Resources${of}, to name in \`resource\`: ${named}${more}.`,
  ]
  return result(lines, { tools: [], total: 0, resources: shown })
}

function result(lines: readonly string[], structured: JsonObject): ToolResult {
  return {
    content: [{ type: 'text', text: lines.join('\n') }],
    structured: JSON.stringify(structured),
    isError: false,
  }
}

const MAX_LINE = 160

/** The title, else the description's first sentence, shortened. */
function inOneLine({ title, description }: Tool): string {
  const text = title ?? /^.*?[.!?](?=\s|$)/s.exec(description)?.[0] ?? description
  const line = text.replace(/\s+/g, ' ').trim()
  const cut = line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`.toWellFormed()
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`
}
