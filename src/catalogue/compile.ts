/**
 * The catalogue compiler: configuration and documents in, frozen tools and a report out. Pure and deterministic;
 * reads no file and no clock. What every call needs is compiled here, what only some need on first use.
 */
import type { Config } from '../config/config.ts'
import { type ConfigProblem, configurationInvalid } from '../config/problem.ts'
import { PosternError } from '../errors.ts'
import { SkippedOperation } from './arguments/argument.ts'
import { buildTool } from './build-tool.ts'
import { checkSelectors } from './classify/check-selectors.ts'
import { type CompiledOperation, compileApi } from './compile-api.ts'
import { createDocumentContext } from './document/document-context.ts'
import type { LoadedDocument } from './document/load-document.ts'
import type { ToolDraft } from './draft-tool.ts'
import { holdRiskier, missingApprovals } from './lock/hold-riskier.ts'
import type { LockFile } from './lock/lock-file.ts'
import { recallTools } from './lock/recall-tools.ts'
import { assignNames } from './naming/assign-names.ts'
import { once } from './once.ts'
import { parsePath } from './paths/parse-path.ts'
import { createPathIndex, type PathIndex } from './paths/path-index.ts'
import { foldPath } from './paths/path-readings.ts'
import { checkResources } from './resources/check-resources.ts'
import { clashingResources } from './resources/resource-index.ts'
import { runAtOnce, type Sliced } from './run-in-slices.ts'
import type { Catalogue, OperationReport, OperationSource, Tool } from './tool.ts'

/** The part of the configuration that the catalogue is made from. */
export type CatalogueConfig = Pick<Config, 'file' | 'apis' | 'auth' | 'scopes'>

/** What else the catalogue is made from, and what for. */
export interface CompileOptions {
  /** The names and approvals given before; undefined where there is no lock file. */
  readonly lock?: LockFile | undefined
  /**
   * `serve`, unless said otherwise. `approve`: nothing is held back, to see what there is to approve. `compare`: nor
   * is it a mistake that the configuration says in vain about this document, which is not the one it is for.
   */
  readonly purpose?: 'serve' | 'approve' | 'compare'
}

/**
 * Compiles the catalogue. An operation that can't be represented is skipped and reported; it never takes the
 * document down, and is never exposed in part where that would be wrong.
 *
 * @param documents - API name → its document
 * @throws PosternError `configuration_invalid` with all problems that would fail open: an exclusion or a
 *   restricting rule that matches nothing, a binding that binds nothing, one name for two tools
 */
export function compileCatalogue(
  config: CatalogueConfig,
  documents: ReadonlyMap<string, LoadedDocument>,
  options: CompileOptions = {},
): Catalogue {
  return runAtOnce(compileInSlices(config, documents, options))
}

/** The same, as work that may be interrupted: a gateway that serves compiles its next catalogue this way. */
export function* compileInSlices(
  config: CatalogueConfig,
  documents: ReadonlyMap<string, LoadedDocument>,
  { lock, purpose = 'serve' }: CompileOptions = {},
): Sliced<Catalogue> {
  const problems: ConfigProblem[] = []
  const warnings: ConfigProblem[] = []
  const compiled: CompiledApi[] = []
  for (const [index, api] of config.apis.entries()) {
    const loaded = documents.get(api.name)
    if (loaded === undefined) {
      throw new PosternError('document_invalid', { message: `The API ${api.name} has no document.` })
    }
    const context = createDocumentContext(api, loaded, config.auth)
    const operations = yield* compileApi(context)
    const findings = checkSelectors(api, index, operations)
    problems.push(...findings.problems, ...checkResources(api, index, operations))
    warnings.push(...findings.warnings)
    for (const warning of loaded.warnings) {
      warnings.push(Object.freeze({ ...warning, path: `apis[${index}].${warning.path}` }))
    }
    const paths = indexPaths(operations.map(({ source }) => source))
    compiled.push({ api: api.name, operations, paths })
  }
  yield
  const drafts = compiled.flatMap(({ operations }) => operations.flatMap(({ draft }) => draft ?? []))
  const recalled = recallTools(lock, config.apis, drafts)
  const { names, problems: clashes } = assignNames(
    drafts,
    config.apis,
    new Set(Object.keys(config.scopes)),
    recalled,
  )
  yield
  if (purpose === 'compare') warnings.push(...problems.splice(0))
  problems.push(...clashes)
  if (problems.length > 0) throw configurationInvalid(config.file, problems)
  warnings.push(...missingApprovals(lock, config.apis))
  const held: ReadonlyMap<ToolDraft, string> =
    purpose === 'serve' ? holdRiskier(recalled.entries, names) : new Map()
  const tools: Tool[] = []
  const report: OperationReport[] = []
  for (const { api, operations, paths } of compiled) {
    for (const operation of operations) {
      const { draft, redraft } = operation
      const reason = draft && held.get(draft)
      const name = draft && names.get(draft)
      if (reason !== undefined) {
        const excluded = reportOf(api, { ...operation, outcome: 'excluded', reasons: [reason] }, undefined)
        report.push(name === undefined ? excluded : Object.freeze({ ...excluded, held: name }))
        continue
      }
      if (draft !== undefined && redraft !== undefined && name !== undefined) {
        tools.push(buildTool(name, draft, redraft, paths))
      }
      report.push(reportOf(api, operation, name))
    }
  }
  if (purpose !== 'compare') refuseClashes(tools, config)
  return Object.freeze({
    tools: Object.freeze(tools),
    byName: new Map(tools.map(tool => [tool.name, tool])),
    report: Object.freeze(report),
    warnings: Object.freeze(warnings),
  })
}

/** Two resources of one URI: which is meant would depend on their order. */
function refuseClashes(tools: readonly Tool[], { file, apis }: CatalogueConfig): void {
  const problems = clashingResources(tools).map(([first, second]): ConfigProblem => {
    const index = apis.findIndex(({ name }) => name === second.api)
    return {
      path: `apis[${index}].tools.rules`,
      message: `${first.name} and ${second.name} would have the same URI, ${second.offered?.template.text}`,
      fix: 'give one of them another `uri`, or expose only one as a resource',
    }
  })
  if (problems.length > 0) throw configurationInvalid(file, problems)
}

interface CompiledApi {
  readonly api: string
  readonly operations: readonly CompiledOperation[]
  readonly paths: (method: string) => PathIndex<string>
}

const NO_REASONS: readonly string[] = Object.freeze([])

function reportOf(api: string, operation: CompiledOperation, tool: string | undefined): OperationReport {
  const { source, outcome, reasons } = operation
  const { pointer, method, path, operationId } = source
  return Object.freeze({
    api,
    pointer,
    method,
    path,
    operationId,
    outcome,
    tool,
    reasons: reasons.length === 0 ? NO_REASONS : Object.freeze([...reasons]),
  })
}

/** All paths of a document, folded, skipped and excluded operations included, by method; made on first use. */
function indexPaths(operations: readonly OperationSource[]): (method: string) => PathIndex<string> {
  const indexes = new Map<string, () => PathIndex<string>>()
  return method => {
    const index = indexes.get(method) ?? once(() => indexMethod(operations, method))
    indexes.set(method, index)
    return index()
  }
}

function indexMethod(operations: readonly OperationSource[], method: string): PathIndex<string> {
  const index = createPathIndex<string>()
  for (const operation of operations) {
    if (operation.method !== method) continue
    try {
      const template = parsePath(operation.path)
      index.add(
        template.map(part => (typeof part === 'string' ? foldPath(part) : part)),
        operation.path,
      )
    } catch (error) {
      // No arguments make a path that can't even be parsed.
      if (!(error instanceof SkippedOperation)) throw error
    }
  }
  return index
}
