import type { ClientVerdict } from '../../catalogue/lint/client-verdict.ts'
import type { Finding } from '../../catalogue/lint/finding.ts'
import type { OperationReport } from '../../catalogue/tool.ts'
import { printable } from '../printable.ts'
import type { OverBudget } from './check-budget.ts'
import type { MeasuredList } from './measure-lists.ts'

/** All that `postern lint` found out. */
export interface LintResult {
  readonly report: readonly OperationReport[]
  readonly findings: readonly Finding[]
  readonly clients: readonly ClientVerdict[]
  readonly lists: readonly MeasuredList[]
  readonly over: readonly OverBudget[]
}

/** One line per finding, `api#/pointer: severity: message. fix`, sorted; then clients, tokens and counts. */
export function renderLint({ report, findings, clients, lists, over }: LintResult): string {
  const counts = Map.groupBy(findings, ({ severity }) => severity)
  const count = (severity: Finding['severity']) => counts.get(severity)?.length ?? 0
  const lines = [
    ...findings.map(lineOf).toSorted(),
    ...clients.flatMap(clientLines),
    ...lists.map(listLine),
    ...over.flatMap(overLines),
    countsOf(report),
    `${findings.length} findings: ${count('error')} errors, ${count('warning')} warnings, ${count('info')} infos`,
  ]
  return `${lines.map(printable).join('\n')}\n`
}

/** The same for programs. */
export function lintAsJson({ report, findings, clients, lists, over }: LintResult): string {
  const whole = {
    operations: report,
    findings,
    clients,
    tokens: {
      encoding: 'o200k_base',
      servers: lists.map(({ server, scopes, tools: own, tokens }) => ({
        server,
        scopes: scopes ?? null,
        tools: own.length,
        tokens,
      })),
      tools: lists
        .filter(({ scopes }) => scopes === undefined)
        .flatMap(({ server, tools }) =>
          tools.map(({ tool, tokens }) => ({ server, tool: tool.name, tokens })),
        ),
    },
    overBudget: over.map(one => ({ ...one, scopes: one.scopes ?? null })),
  }
  return `${JSON.stringify(whole, null, 2)}\n`
}

function lineOf({ api, pointer, severity, message, fix }: Finding): string {
  return `${api}${pointer}: ${severity}: ${message}.${fix === '' ? '' : ` ${sentence(fix)}`}`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function clientLines({ client, limit, servers, problems }: ClientVerdict): readonly string[] {
  const tooMany = servers.filter(server => server.tooMany > 0)
  if (tooMany.length === 0 && problems.length === 0) return [`client ${client}: takes every tool`]
  return [
    ...tooMany.map(
      ({ path, tools, tooMany: excess }) =>
        `client ${client}: ${path} lists ${tools} tools and it takes ${limit}: ${excess} too many. Use expose: search, searchAbove, or another selection.`,
    ),
    ...problems.map(({ tool, problem }) => `client ${client}: ${tool}: ${problem}`),
  ]
}

function listLine({ server, scopes, tools, tokens }: MeasuredList): string {
  const who = scopes === undefined ? 'all tools' : `scope ${scopes.join(' ')}`
  return `tokens ${server} (${who}): ${tools.length} tools, ${tokens} tokens`
}

function overLines({ server, scopes, tokens, over, expensive }: OverBudget): readonly string[] {
  const who = scopes === undefined ? 'all tools' : `scope ${scopes.join(' ')}`
  return [
    `budget ${server} (${who}): error: ${tokens} tokens, ${over} more than the budget. The most expensive: ${expensive
      .map(one => `${one.tool} (${one.tokens})`)
      .join(', ')}`,
    `budget ${server} (${who}): what helps: expose: search lists a few tools instead of all; exclude or a server of its own takes out what few need; shorter descriptions and bound parameters make tools smaller`,
  ]
}

function countsOf(report: readonly OperationReport[]): string {
  const counts = Map.groupBy(report, ({ outcome }) => outcome)
  const parts = (['exposed', 'degraded', 'skipped', 'excluded'] as const).map(
    outcome => `${counts.get(outcome)?.length ?? 0} ${outcome}`,
  )
  return `${report.length} operations: ${parts.join(', ')}`
}
