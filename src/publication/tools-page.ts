import type { Sliced } from '../catalogue/run-in-slices.ts'
import type { Hints, Tier, Tool } from '../catalogue/tool.ts'
import { argumentLines } from './argument-lines.ts'
import { type ServerWords, scopeLines } from './llms-text.ts'
import { block, code, inline } from './markdown.ts'
import type { PublishedServer, Site } from './site.ts'

/**
 * The published tools of a server as a page of Markdown, by tier from the most harmless: what each does, which scopes it
 * asks for, its arguments. Undefined where strangers are told of none. Stops after every tool, as each schema may be made
 * only now.
 */
export function* toolsPage(
  server: PublishedServer,
  site: Site,
  { signIn, scopes }: ServerWords,
): Sliced<string | undefined> {
  const { title, url, tools, settings } = server
  if (tools === undefined) return undefined
  const isSearched = settings.expose === 'search' || settings.searchAbove !== undefined
  const parts = [
    `# Tools of ${inline(title)}`,
    ...(site.about.description === undefined ? [] : [`> ${inline(site.about.description)}`]),
    `MCP server: ${code(url)} (Streamable HTTP). Which of these tools a caller gets depends on what the caller may do.`,
    ...(isSearched
      ? ['Where there are many, the server lists tools to search, to describe and to execute these instead.']
      : []),
    `Signing in:\n\n${signIn.map(line => `- ${line}`).join('\n')}`,
    ...(scopes.length === 0 ? [] : [`Scopes:\n\n${scopeLines(scopes).join('\n')}`]),
  ]
  for (const [tier, heading] of TIERS) {
    const own = tools.filter(tool => tool.tier === tier)
    if (own.length > 0) parts.push(`## ${heading}`)
    for (const tool of own) {
      parts.push(toolSection(tool))
      yield
    }
  }
  return `${parts.join('\n\n')}\n`
}

const TIERS: readonly (readonly [Tier, string])[] = [
  ['read', 'Tools that read'],
  ['write', 'Tools that create and change'],
  ['manage', 'Tools that delete, send out, or can’t be taken back'],
]

function toolSection({ name, title, description, scopes, hints, asksUser, inputSchema }: Tool): string {
  const args = argumentLines(inputSchema)
  return [
    `### ${inline(name)}`,
    // Most descriptions begin with it.
    ...(title === undefined || title === name || description.startsWith(title)
      ? []
      : [`**${inline(title)}**`]),
    ...(description === '' ? [] : [block(description)]),
    `Scope: ${scopes.map(code).join(' and ')}. ${hintWords(hints)}${asksUser === true ? ' Asks the user first.' : ''}`,
    args.length === 0 ? 'No arguments.' : `Arguments:\n\n${args.join('\n')}`,
  ].join('\n\n')
}

function hintWords({ readOnly, destructive, idempotent, openWorld }: Hints): string {
  return [
    readOnly ? 'Changes nothing.' : destructive ? 'Can delete or overwrite.' : 'Adds or changes.',
    ...(!readOnly && idempotent ? ['Repeating it changes nothing more.'] : []),
    ...(openWorld ? ['Reaches people or systems outside.'] : []),
  ].join(' ')
}
