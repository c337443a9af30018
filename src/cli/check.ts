import type { Command } from 'commander'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import { isFixed } from '../catalogue/resources/resource-index.ts'
import { configuredSurface } from '../catalogue/search/configured-surface.ts'
import { selectResources, selectTools } from '../catalogue/select-tools.ts'
import type { Catalogue, OperationReport } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { configNotes } from '../config/config-notes.ts'
import type { ConfigProblem } from '../config/problem.ts'
import { refuseUnmatchedLimits } from '../limits/refuse-unmatched-limits.ts'
import { compilePrompts } from '../mcp/prompts/compile-prompts.ts'
import { refuseUnmatchedPrompts } from '../mcp/prompts/refuse-unmatched-prompts.ts'
import { scopeNotes } from '../policy/scope-notes.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'

/** `postern check`: is the configuration right, and what becomes of every operation? Exit 1 on any error. */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('validates the configuration and the documents and says what becomes of every operation')
    .option('--json', 'prints the report as JSON')
    .option('--all', 'names the operations without remarks too')
    .action(async (options: { json?: boolean; all?: boolean }, command: Command) => {
      const config = readConfig(command)
      const { catalogue, documents, baseUrls, remarks } = await loadCatalogue(config, { validate: true })
      refuseUnmatchedLimits(config, catalogue)
      refuseUnmatchedPrompts(config, catalogue)
      const notes = [...configNotes(config, baseUrls), ...scopeNotes(config, catalogue.tools)]
      const { report, warnings } = catalogue
      if (options.json) {
        const versions = [...documents].map(([api, { version }]) => ({ api, version }))
        const whole = { operations: report, versions, documents: remarks, warnings, notes }
        process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
        return
      }
      process.stdout.write(renderReport(report, options.all ?? false))
      for (const [api, { version }] of documents) say(summary(api, version, report))
      for (const line of searched(config, catalogue)) say(line)
      for (const line of besides(config, catalogue)) say(line)
      for (const { api, messages } of remarks) {
        for (const message of messages) say(`document: ${api}: ${message}`)
      }
      for (const warning of warnings) say(`warning: ${inOneLine(warning)}`)
      for (const note of notes) say(`note: ${inOneLine(note)}`)
      say(`${config.file}: configuration is good`)
    })
}

/** The servers whose tools callers, or some of them, search instead of being given the list. */
function searched(config: Config, catalogue: Catalogue): readonly string[] {
  return config.servers.flatMap(server => {
    const tools = selectTools(catalogue, server)
    const above = configuredSurface(config, server, catalogue, tools)?.above
    if (above === undefined) return []
    const whom = above === 0 ? '' : ` by callers who may see more than ${above}`
    return `server ${server.path}: its ${tools.length} tools are searched instead of listed${whom}`
  })
}

/** What servers offer besides tools, where they offer any of it. */
function besides({ servers, prompts }: Config, catalogue: Catalogue): readonly string[] {
  return servers.flatMap(server => {
    const offers = selectResources(catalogue, server).flatMap(({ offered }) => offered ?? [])
    const fixed = offers.filter(isFixed).length
    const counts = [
      counted(fixed, 'resource'),
      counted(offers.length - fixed, 'resource template'),
      counted(compilePrompts(prompts, server.path)?.length ?? 0, 'prompt'),
    ].flat()
    return counts.length === 0 ? [] : `server ${server.path}: ${counts.join(', ')}`
  })
}

function counted(number: number, noun: string): string | [] {
  if (number === 0) return []
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`
}

/** The operations that deserve a word, each with its place in the document; then the counts. */
export function renderReport(report: readonly OperationReport[], all: boolean): string {
  const lines: string[] = []
  for (const entry of report) {
    if (!all && entry.reasons.length === 0) continue
    const name = entry.tool === undefined ? '' : ` as ${entry.tool}`
    lines.push(`${entry.outcome.padEnd(8)} ${entry.method} ${entry.path}${name}`)
    for (const reason of entry.reasons) lines.push(`         ${reason}`)
    if (entry.outcome === 'skipped') lines.push(`         at ${entry.api}${entry.pointer}`)
  }
  lines.push(countsOf(report))
  return `${lines.map(printable).join('\n')}\n`
}

/** `billing: OpenAPI 3.1, 12 operations: 11 exposed, …`. */
function summary(api: string, version: string, report: readonly OperationReport[]): string {
  const kind = version.startsWith('2') ? 'Swagger' : 'OpenAPI'
  return `${api}: ${kind} ${version}, ${countsOf(report.filter(entry => entry.api === api))}`
}

function countsOf(report: readonly OperationReport[]): string {
  const count = (outcome: OperationReport['outcome']) =>
    report.filter(entry => entry.outcome === outcome).length
  return (
    `${report.length} operations: ${count('exposed')} exposed, ${count('degraded')} degraded, ` +
    `${count('skipped')} skipped, ${count('excluded')} excluded`
  )
}

function inOneLine({ path, message, fix }: ConfigProblem): string {
  return `${path}: ${message}; ${fix}`
}

function say(line: string): void {
  process.stdout.write(`${printable(line)}\n`)
}
