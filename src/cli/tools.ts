import type { Command } from 'commander'
import type { Principal } from '../auth/principal.ts'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import { selectTools } from '../catalogue/select-tools.ts'
import type { Tool } from '../catalogue/tool.ts'
import { createPolicy } from '../policy/decide.ts'
import { visibleTools } from '../policy/visible-tools.ts'
import { readConfig } from './read-config.ts'
import { serverIndex } from './server-index.ts'
import { table } from './table.ts'

interface ToolsOptions {
  readonly scope?: readonly string[]
  readonly role?: readonly string[]
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
    .option('--server <path>', 'the endpoint; default: the first')
    .option('--json', 'prints JSON')
    .action(async (options: ToolsOptions, command: Command) => {
      const config = readConfig(command)
      const server = config.servers[serverIndex(config, options.server)]
      if (server === undefined) throw new Error('the configuration has no server')
      const { catalogue } = await loadCatalogue(config)
      const caller = pretend(options)
      const tools = visibleTools(createPolicy(config), caller, selectTools(catalogue, server))
      process.stdout.write(
        options.json ? `${JSON.stringify(tools.map(describe), null, 2)}\n` : asTable(tools),
      )
    })
}

/** A caller as the options describe one; without --scope, one that may do everything. */
function pretend(options: ToolsOptions): Principal {
  return {
    subject: 'postern-tools',
    organization: undefined,
    roles: options.role ?? [],
    scopes: options.scope ?? ['*'],
    scheme: 'token',
    schemeIndex: 0,
    credentialId: 'postern-tools',
    expiresAt: undefined,
  }
}

function describe(tool: Tool) {
  return {
    name: tool.name,
    tier: tool.tier,
    hints: tool.hints,
    scopes: tool.scopes,
    operation: `${tool.operation.method} ${tool.operation.path}`,
    operationId: tool.operation.operationId,
    tokens: estimateTokens(tool),
    ...(tool.when && { when: tool.when.source }),
  }
}

function asTable(tools: readonly Tool[]): string {
  if (tools.length === 0) return 'No tool is visible with these scopes.\n'
  const rows = tools.map(tool => [
    tool.name,
    tool.tier,
    hintWords(tool),
    tool.scopes.join(' '),
    `${tool.operation.method} ${tool.operation.path}`,
    `${estimateTokens(tool)}`,
  ])
  const total = tools.reduce((sum, tool) => sum + estimateTokens(tool), 0)
  return `${table(['tool', 'tier', 'hints', 'scope', 'operation', '~tokens'], rows)}${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}, about ${total} tokens\n`
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

/** Tokens of the tool's definition, estimated at four characters each, the usual rule of thumb for English JSON. */
function estimateTokens(tool: Tool): number {
  return Math.ceil(tool.definition.length / 4)
}
