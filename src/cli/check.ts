import type { Command } from 'commander'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import type { OperationReport } from '../catalogue/tool.ts'
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
      const { catalogue, remarks } = await loadCatalogue(config, { validate: true })
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ operations: catalogue.report, documents: remarks }, null, 2)}\n`,
        )
        return
      }
      process.stdout.write(renderReport(catalogue.report, options.all ?? false))
      for (const { api, messages } of remarks) {
        for (const message of messages) process.stdout.write(`note: ${api}: ${message}\n`)
      }
      process.stdout.write(`${config.file}: configuration is good\n`)
    })
}

/** The operations that deserve a word, then the counts. */
export function renderReport(report: readonly OperationReport[], all: boolean): string {
  const lines: string[] = []
  for (const entry of report) {
    if (!all && entry.reasons.length === 0) continue
    const name = entry.tool === undefined ? '' : ` as ${entry.tool}`
    lines.push(`${entry.outcome.padEnd(8)} ${entry.method} ${entry.path}${name}`)
    for (const reason of entry.reasons) lines.push(`         ${reason}`)
  }
  const count = (outcome: OperationReport['outcome']) =>
    report.filter(entry => entry.outcome === outcome).length
  lines.push(
    `${report.length} operations: ${count('exposed')} exposed, ${count('degraded')} degraded, ` +
      `${count('skipped')} skipped, ${count('excluded')} excluded`,
  )
  return `${lines.join('\n')}\n`
}
