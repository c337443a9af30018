import type { Command } from 'commander'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import { configuredSurface } from '../catalogue/search/configured-surface.ts'
import { selectResources, selectTools } from '../catalogue/select-tools.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { createPolicy, type Policy } from '../policy/decide.ts'
import { isSearching, listedTools } from '../policy/listed-tools.ts'
import { visibleTools } from '../policy/visible-tools.ts'
import { type CountTokens, loadTokenCounter } from './count-tokens.ts'
import { pretendCaller } from './pretend-caller.ts'
import { readConfig } from './read-config.ts'
import { serverIndex } from './server-index.ts'
import { table } from './table.ts'

interface ToolsOptions {
  readonly scope?: readonly string[]
  readonly role?: readonly string[]
  readonly flag?: readonly string[]
  readonly organization?: string
  readonly server?: string
  readonly json?: boolean
}

/** `postern tools`: the catalogue as a caller with these scopes sees it. */
export function registerTools(program: Command): void {
  program
    .command('tools')
    .description('the tools that a caller with these scopes sees; default: all of them')
    .option('--scope <scope...>', 'scopes of the caller')
    .option('--role <role...>', 'roles of the caller')
    .option('--flag <flag...>', 'flags that the product says of the caller')
    .option(
      '--org, --organization <id>',
      'organisation of the caller; default: whichever, where each has a backend',
    )
    .option('--server <path>', 'the endpoint; default: the first')
    .option('--json', 'prints JSON')
    .action(async (options: ToolsOptions, command: Command) => {
      const config = readConfig(command)
      const server = config.servers[serverIndex(config, options.server)]
      if (server === undefined) throw new Error('the configuration has no server')
      const { catalogue } = await loadCatalogue(config)
      // Without --scope, one that may do everything.
      const { organization } = options
      const caller = pretendCaller(options.scope ?? ['*'], options.role, options.flag, organization)
      const policy = policyFor(config, organization)
      const selection = selectTools(catalogue, server)
      const tools = visibleTools(policy, caller, selection)
      const surface = configuredSurface(config, server, catalogue, selection)
      const isSearched = surface !== undefined && isSearching(policy, caller, surface)
      const count = await loadTokenCounter()
      const asJson = () =>
        `${JSON.stringify(
          tools.map(tool => describe(tool, count)),
          null,
          2,
        )}\n`
      process.stdout.write(options.json ? asJson() : asTable(tools, count))
      if (isSearched && !options.json) {
        process.stdout.write(searchLine(listedTools(policy, caller, surface), count))
      }
      const resources = visibleTools(policy, caller, selectResources(catalogue, server))
      if (resources.length > 0 && !options.json) process.stdout.write(resourceTable(resources))
    })
}

/** Without an organisation, that of a caller of whichever tenant. */
function policyFor(config: Config, organization: string | undefined): Policy {
  const policy = createPolicy(config)
  return organization === undefined ? { ...policy, tenants: undefined } : policy
}

function describe(tool: Tool, count: CountTokens) {
  return {
    name: tool.name,
    tier: tool.tier,
    hints: tool.hints,
    scopes: tool.scopes,
    operation: `${tool.operation.method} ${tool.operation.path}`,
    operationId: tool.operation.operationId,
    tokens: count(tool.definition),
    ...(tool.offered && { uri: tool.offered.template.text }),
    ...(tool.when && { when: tool.when.source }),
  }
}

function asTable(tools: readonly Tool[], count: CountTokens): string {
  if (tools.length === 0) return 'No tool is visible with these scopes.\n'
  const tokens = tools.map(tool => count(tool.definition))
  const rows = tools.map((tool, index) => [
    tool.name,
    tool.tier,
    hintWords(tool),
    tool.scopes.join(' '),
    `${tool.operation.method} ${tool.operation.path}`,
    `${tokens[index]}`,
  ])
  const total = tokens.reduce((sum, own) => sum + own, 0)
  return `${table(['tool', 'tier', 'hints', 'scope', 'operation', '~tokens'], rows)}${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}, about ${total} tokens\n`
}

/** What is read as a resource, whether or not it is a tool, too. */
function resourceTable(resources: readonly Tool[]): string {
  const rows = resources.flatMap(({ offered, name, scopes, operation }) =>
    offered === undefined
      ? []
      : [[offered.template.text, name, scopes.join(' '), `${operation.method} ${operation.path}`]],
  )
  return `\n${table(['resource', 'name', 'scope', 'operation'], rows)}`
}

/** What is listed instead of the tools above. */
function searchLine(listed: readonly Tool[], count: CountTokens): string {
  const total = listed.reduce((sum, tool) => sum + count(tool.definition), 0)
  const names = listed.map(tool => tool.name).join(', ')
  return `They are searched, not listed. The list is ${names}: about ${total} tokens.\n`
}

function hintWords({ hints }: Tool): string {
  const words = [
    hints.readOnly && 'read-only',
    hints.destructive && 'destructive',
    hints.idempotent && 'idempotent',
    hints.openWorld && 'open-world',
  ].filter(word => word !== false)
  return words.join(', ') || '–'
}
