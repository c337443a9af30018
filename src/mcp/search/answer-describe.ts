import { definitionText } from '../../catalogue/list-definitions.ts'
import type { JsonObject, Tool } from '../../catalogue/tool.ts'
import type { ToolResult } from '../tool-result.ts'
import { ownArguments } from './own-arguments.ts'
import type { Behind } from './search-front.ts'
import { suggestNames } from './suggest-names.ts'

/**
 * Gives the whole definitions of tools that this caller may call: what `tools/list` would have said of them, with
 * tier, scopes and the tool that runs each. Says nothing of a hidden tool that it would not say of one that does
 * not exist.
 *
 * @throws PosternError `invalid_arguments`
 */
export function answerDescribe(args: JsonObject, caller: Behind): ToolResult {
  const given = ownArguments(caller.surface.describe, args)
  const names = [...new Set([given.names].flat().filter(name => typeof name === 'string'))]
  const found = names.flatMap(name => caller.find(name) ?? [])
  const definitions: string[] = []
  const later: string[] = []
  let length = 0
  for (const tool of found) {
    const text = definitionOf(tool, caller)
    if (length > 0 && length + text.length > MAX_LENGTH) {
      later.push(tool.name)
      continue
    }
    definitions.push(text)
    length += text.length
  }
  const missing = names.filter(name => caller.find(name) === undefined)
  const remarks = [
    ...missing.map((name, index) => notFound(name, index < MAX_SUGGESTED ? caller : undefined)),
    ...(later.length === 0 ? [] : [`Too long for one answer; ask again for: ${later.join(', ')}.`]),
  ]
  return {
    content: [...definitions, ...remarks].map(text => ({ type: 'text', text })),
    structured: `{"tools":[${definitions.join(',')}],"notFound":${JSON.stringify(missing.map(shorten))},"later":${JSON.stringify(later)}}`,
    isError: definitions.length === 0,
  }
}

/** All definitions together, in characters; the first is given however long it is. */
const MAX_LENGTH = 200_000

/** The tool's entry of a list, with what else a caller needs to know put in front. */
function definitionOf(tool: Tool, { surface, profile }: Behind): string {
  const { tier, scopes } = tool
  const more = JSON.stringify({ execute: surface.execute[tier].name, tier, scopes })
  return `${more.slice(0, -1)},${definitionText(tool, profile).slice(1)}`
}

/** For so many names without a tool, a search looks for what may have been meant. */
const MAX_SUGGESTED = 3

function notFound(name: string, caller: Behind | undefined): string {
  const meant = caller === undefined ? [] : suggestNames(name, caller)
  const hint = meant.length > 0 ? ` Did you mean ${meant.join(', ')}?` : ''
  return `There is no tool ${JSON.stringify(shorten(name))}.${hint}`
}

function shorten(name: string): string {
  return name.length <= 64 ? name : `${name.slice(0, 64).toWellFormed()}…`
}
