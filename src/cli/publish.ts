import { Argument, type Command } from 'commander'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import { selectTools } from '../catalogue/select-tools.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { type ConfigProblem, configurationInvalid } from '../config/problem.ts'
import { AI_CATALOG, cardPath, LLMS_FULL_TXT, LLMS_TXT, toolsPath } from '../config/published-paths.ts'
import { createPolicy } from '../policy/decide.ts'
import { serverJson } from '../publication/server-json.ts'
import { describeSite, type PublishedServer, type Site } from '../publication/site.ts'
import { writeDocumentAtOnce } from '../publication/write-document.ts'
import { packageVersion } from './package-version.ts'
import { readConfig } from './read-config.ts'
import { findServer, siteUrl } from './server-url.ts'

/** What there is to print, as files are called; all but the first are served by the gateway, too. */
const DOCUMENTS = [
  'server.json',
  'server-card',
  'ai-catalog.json',
  'llms.txt',
  'llms-full.txt',
  'tools.md',
] as const
type DocumentName = (typeof DOCUMENTS)[number]

/** `postern publish`: what is published of the MCP servers, to be put elsewhere. Sends nothing anywhere. */
export function registerPublish(program: Command): void {
  program
    .command('publish')
    .description('prints server.json for the MCP registry, or another document that tells of the servers')
    .addArgument(new Argument('[document]', 'which').choices(DOCUMENTS).default('server.json'))
    .option('--server <path>', 'the endpoint; default: the first that is told of')
    .action(async (document: DocumentName, { server }: { server?: string }, command: Command) => {
      process.stdout.write(await documentText(readConfig(command), document, server))
    })
}

/**
 * One document, as it is to be served.
 *
 * @param server - path of the endpoint; default: the first that is told of
 * @throws PosternError `configuration_invalid` with all that is missing in `data.problems`, `not_found` for a server that
 *   there is not, `document_invalid`
 */
export async function documentText(config: Config, document: DocumentName, server?: string): Promise<string> {
  const version = packageVersion()
  const policy = createPolicy(config)
  const toolsOf = await toolsFor(config, document)
  const site = describeSite({ config, policy, toolsOf, baseUrl: siteUrl(config), version })
  if (site === undefined) throw missing(config, NOTHING)
  const told = findTold(config, site, server)
  if (document === 'server.json') {
    const made = serverJson(told, site, config, version)
    if (made.problems !== undefined) throw missing(config, ...made.problems)
    return `${JSON.stringify(made.document, null, 2)}\n`
  }
  const written = writeDocumentAtOnce(pathOf(document, told), site, { config, policy, toolsOf })
  if (written === undefined) throw missing(config, NO_TOOLS)
  return written.body.toString()
}

/** Documents of APIs are read only for what tells of tools and of the scopes that they ask for. */
async function toolsFor(config: Config, document: DocumentName): Promise<(path: string) => readonly Tool[]> {
  if (!/\.(txt|md)$/.test(document)) return () => []
  const { catalogue } = await loadCatalogue(config)
  const selected = new Map(config.servers.map(server => [server.path, selectTools(catalogue, server)]))
  return path => selected.get(path) ?? []
}

function findTold(config: Config, site: Site, wanted: string | undefined): PublishedServer {
  const path = wanted === undefined ? site.servers[0]?.path : findServer(config, wanted).path
  const told = site.servers.find(server => server.path === path)
  if (told !== undefined) return told
  throw missing(config, {
    path: 'publication.servers',
    message: `${path} is not among the servers that are told of`,
    fix: 'add it there, or name another one with --server',
  })
}

function pathOf(document: Exclude<DocumentName, 'server.json'>, { path }: PublishedServer): string {
  const paths = {
    'server-card': cardPath(path),
    'ai-catalog.json': AI_CATALOG,
    'llms.txt': LLMS_TXT,
    'llms-full.txt': LLMS_FULL_TXT,
    'tools.md': toolsPath(path),
  }
  return paths[document]
}

function missing(config: Config, ...problems: readonly ConfigProblem[]): Error {
  return configurationInvalid(config.file, problems)
}

const NOTHING: ConfigProblem = {
  path: 'publication',
  message: 'it is false, so nothing is published',
  fix: 'remove it, or say there what is told',
}

const NO_TOOLS: ConfigProblem = {
  path: 'publication.tools',
  message: 'strangers are not told of the tools of this server',
  fix: 'set it to true where everybody may know their names, descriptions and arguments',
}
