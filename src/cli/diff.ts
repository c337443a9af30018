import type { Command } from 'commander'
import { type CatalogueDifference, compareTools, type ToolChange } from '../catalogue/lock/compare-tools.ts'
import { readSide } from './diff/read-side.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'

interface DiffOptions {
  readonly api?: string
  readonly json?: boolean
  readonly exitCode?: boolean
}

/** `postern diff`: what another document would change about the tools. */
export function registerDiff(program: Command): void {
  program
    .command('diff <old> <new>')
    .description('says which tools another document adds, removes, changes and makes riskier')
    .option('--api <name>', 'whose settings the documents are compiled with; default: the only API')
    .option('--exit-code', 'exit 1 if a tool is riskier')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nEach side is an OpenAPI document (file or URL), a lock file, or a configuration with all its documents.\nExit code 0 whatever the difference, unless --exit-code is given.',
    )
    .action(async (before: string, now: string, options: DiffOptions, command: Command) => {
      const config = readConfig(command)
      const sides = [await readSide(before, config, options.api), await readSide(now, config, options.api)]
      // A document is one API's; of the other side, only that one counts.
      const only = sides.find(side => side.api !== undefined)?.api
      const [earlier = [], later = []] = sides.map(({ tools }) =>
        only === undefined ? tools : tools.filter(({ api }) => api === only),
      )
      const difference = compareTools(earlier, later)
      process.stdout.write(
        options.json ? `${JSON.stringify(difference, null, 2)}\n` : renderDifference(difference),
      )
      if (options.exitCode && difference.riskier.length > 0) process.exitCode = 1
    })
}

/** One line per tool, marked `+`, `-`, `~` or, where it is riskier, `!`; what changed below it; then the counts. */
export function renderDifference({ added, removed, changed, riskier }: CatalogueDifference): string {
  const lines = [
    ...added.map(({ name, operation, tier }) => `+ ${name}  ${operation}  ${tier}`),
    ...removed.map(({ name, operation, tier }) => `- ${name}  ${operation}  ${tier}`),
    ...changed.flatMap(change),
    `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${riskier.length} riskier`,
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function change({ name, operation, changes, risks }: ToolChange): readonly string[] {
  return [
    `${risks.length > 0 ? '!' : '~'} ${name}  ${operation}`,
    ...risks.map(risk => `    riskier: ${risk}`),
    ...changes.map(text => `    ${text}`),
  ]
}
