import { AI_CATALOG, LLMS_FULL_TXT } from '../config/published-paths.ts'
import type { PageScope } from '../console/pages/page-data.ts'
import { LEGACY_VERSIONS, MODERN_VERSION } from '../mcp/versions.ts'
import { code, inline, link } from './markdown.ts'
import type { PublishedServer, Site } from './site.ts'

/** What {@link llmsText} says of one server besides. */
export interface ServerWords {
  /** Markdown, one line for each way to sign in. */
  readonly signIn: readonly string[]
  readonly scopes: readonly PageScope[]
}

/**
 * What there is for models at this address, in the form of llmstxt.org: a heading, a summary, details without headings,
 * then lists of links.
 */
export function llmsText(site: Site, words: (server: PublishedServer) => ServerWords): string {
  const { title, about, servers, baseUrl, connectUrl } = site
  const summary =
    about.description ?? `${title} offers tools to AI clients over the Model Context Protocol (MCP).`
  return `${[
    `# ${inline(title)}`,
    `> ${inline(summary)}`,
    servers.length === 1
      ? 'There is one MCP server here (Streamable HTTP):'
      : 'There are these MCP servers here (Streamable HTTP):',
    ...servers.map(server => details(server, words(server))),
    `They speak MCP ${[MODERN_VERSION, ...LEGACY_VERSIONS].join(', ')}. Which tools a caller gets depends on what the caller may do; ask ${code('tools/list')} after signing in.`,
    section('Servers', servers.map(cardLink)),
    section('Tools', servers.flatMap(toolsLink)),
    section('Optional', [
      ...(connectUrl === undefined
        ? []
        : [`- ${link('Connecting a client', connectUrl)}: what to paste or to click in each, for people`]),
      `- ${link('Catalog of the servers', baseUrl + AI_CATALOG)}: the same, for programs`,
      ...(servers.every(({ tools }) => tools === undefined)
        ? []
        : [`- ${link('All in one file', baseUrl + LLMS_FULL_TXT)}: this, and every tool in full`]),
      ...(about.websiteUrl === undefined ? [] : [`- ${link('Website', about.websiteUrl)}`]),
      ...(about.repository === undefined ? [] : [`- ${link('Source code', about.repository)}`]),
    ]),
  ]
    .filter(part => part !== '')
    .join('\n\n')}\n`
}

function details({ title, url }: PublishedServer, { signIn, scopes }: ServerWords): string {
  return [
    `- **${inline(title)}**: ${code(url)}`,
    '  - Signing in:',
    ...signIn.map(line => `    - ${line}`),
    ...(scopes.length === 0 ? [] : ['  - Scopes:', ...scopeLines(scopes).map(line => `    ${line}`)]),
  ].join('\n')
}

/** Scopes in words, as a list of Markdown. */
export function scopeLines(scopes: readonly PageScope[]): readonly string[] {
  return scopes.map(({ name, words }) => `- ${code(name)}: ${inline(words)}`)
}

function cardLink({ title, cardUrl }: PublishedServer): string {
  return `- ${link(`${title}: server card`, cardUrl)}: how a client connects, as JSON`
}

function toolsLink({ title, tools, toolsUrl }: PublishedServer): readonly string[] {
  if (tools === undefined) return []
  const count = tools.length === 1 ? 'the one tool' : `all ${tools.length} tools`
  return [`- ${link(`Tools of ${title}`, toolsUrl)}: ${count}, with scopes and arguments`]
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n')
}
