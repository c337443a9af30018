import type { Command } from 'commander'
import { dump } from 'js-yaml'
import { isJsonObject } from '../catalogue/is-json-object.ts'
import { CLIENT_NAMES, clientName, judgeClients } from '../catalogue/lint/client-verdict.ts'
import { type LintSource, lintCatalogue, lintedOperations } from '../catalogue/lint/lint-catalogue.ts'
import { writeOverlay } from '../catalogue/lint/write-overlay.ts'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import { PosternError } from '../errors.ts'
import { loadTokenCounter } from './count-tokens.ts'
import { checkBudget } from './lint/check-budget.ts'
import { type MeasuredList, measureLists } from './lint/measure-lists.ts'
import { lintAsJson, renderLint } from './lint/render-lint.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { replaceFile } from './replace-file.ts'

interface LintOptions {
  readonly client?: string
  readonly budget?: string
  readonly scope?: readonly string[]
  readonly api?: string
  readonly writeOverlay?: string
  readonly json?: boolean
}

/** `postern lint`: what could be better about every operation, for every client, and what the tools cost. */
export function registerLint(program: Command): void {
  program
    .command('lint')
    .description('says what could be better about every operation, what clients refuse, and what tools cost')
    .option('--client <name>', `only this client’s verdict: ${CLIENT_NAMES.join(', ')}`)
    .option('--budget <tokens>', 'exit 1 if the list of a server costs more tokens')
    .option('--scope <scope...>', 'measures, and holds to the budget, the list of a caller with these scopes')
    .option('--write-overlay <file>', 'writes an OpenAPI Overlay that mends what can be mended mechanically')
    .option('--api <name>', 'whose document the overlay is for; default: the only API')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nFindings are lines `api#/pointer: severity: message. fix`; they change no exit code, only --budget does.\nTokens are counted with o200k_base; other models’ counts differ a little.',
    )
    .action(async (options: LintOptions, command: Command) => {
      const clients = chosenClients(options.client)
      const budget = readBudget(options.budget)
      const config = readConfig(command)
      const { catalogue, documents } = await loadCatalogue(config)
      const source = { config, catalogue, documents }
      if (options.writeOverlay !== undefined) overlayFile(source, options.writeOverlay, options.api)
      const lists = measureLists(config, catalogue, options.scope, await loadTokenCounter())
      const over = budget === undefined ? [] : checkBudget(budget, lists, options.scope)
      const result = {
        report: catalogue.report,
        findings: lintCatalogue(source),
        clients: judgeClients(clients, wholeLists(lists), config.name),
        lists,
        over,
      }
      process.stdout.write(options.json ? lintAsJson(result) : renderLint(result))
      if (over.length > 0) process.exitCode = 1
    })
}

function wholeLists(lists: readonly MeasuredList[]) {
  return lists
    .filter(({ scopes }) => scopes === undefined)
    .map(({ server, profile, tools }) => ({ path: server, profile, tools: tools.map(({ tool }) => tool) }))
}

function chosenClients(name: string | undefined): readonly string[] {
  if (name === undefined) return CLIENT_NAMES
  const known = clientName(name)
  if (known !== undefined) return [known]
  throw new PosternError('invalid_params', {
    message: `--client ${printable(name)}: not known; write one of ${CLIENT_NAMES.join(', ')}.`,
  })
}

function readBudget(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const plain = text.replace(/[_,](?=\d{3}(?!\d))/g, '')
  if (/^\d{1,9}$/.test(plain)) return Number(plain)
  throw new PosternError('invalid_params', {
    message: `--budget ${printable(text)}: not a number of tokens; write 20000.`,
  })
}

function overlayFile(source: LintSource, file: string, name: string | undefined): void {
  const names = source.config.apis.map(api => api.name)
  const [api = '', ...others] = name === undefined ? names : names.filter(own => own === name)
  if (api === '' || others.length > 0) {
    throw new PosternError('invalid_params', {
      message: `--write-overlay: say with --api whose document the overlay is for: ${names.join(', ')}.`,
    })
  }
  const operations = lintedOperations(source).filter(({ report }) => report.api === api)
  const info = source.documents.get(api)?.document.info
  const title = isJsonObject(info) && typeof info.title === 'string' ? info.title : api
  const overlay = writeOverlay(title, operations, source.catalogue)
  replaceFile(file, dump(overlay, { lineWidth: 110, noRefs: true }))
  const count = Array.isArray(overlay.actions) ? overlay.actions.length : 0
  process.stderr.write(
    `${printable(file)}: ${count} ${count === 1 ? 'action' : 'actions'}. Name it under \`overlays\` of the API ${api}.\n`,
  )
}
