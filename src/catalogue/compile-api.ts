import type { ApiConfig } from '../config/schema.ts'
import { SkippedOperation } from './arguments/argument.ts'
import { compileRules, type RuleOutcome } from './classify/apply-rules.ts'
import { ABOUT_TRANSPORT, isAboutTransport } from './classify/is-about-transport.ts'
import { compileSelector } from './classify/match-selector.ts'
import { readExtension } from './classify/read-extension.ts'
import type { DocumentContext } from './document/document-context.ts'
import { type ListedOperation, listOperations } from './document/list-operations.ts'
import { type DraftSource, draftTool, type ToolDraft } from './draft-tool.ts'
import type { Sliced } from './run-in-slices.ts'
import type { OperationReport, OperationSource } from './tool.ts'

/** What became of one operation, before tools have their names. */
export interface CompiledOperation {
  readonly source: OperationSource
  readonly rules: RuleOutcome
  readonly outcome: OperationReport['outcome']
  readonly reasons: readonly string[]
  /** Undefined unless exposed or degraded. */
  readonly draft: ToolDraft | undefined
  /** Makes the same draft again; undefined where there is none. */
  readonly redraft?: () => ToolDraft
}

/**
 * Compiles every operation of one API's document, in its order. Never fails for one operation's sake. May be
 * interrupted between any two.
 */
export function* compileApi(context: DocumentContext): Sliced<readonly CompiledOperation[]> {
  const rulesFor = compileRules(context.api.tools.rules ?? [])
  const whyExcluded = compileExclusion(context.api)
  const operations: CompiledOperation[] = []
  for (const listed of listOperations(context)) {
    yield
    const rules = rulesFor(listed.source)
    const excluded = whyExcluded(listed.source)
    operations.push(
      excluded === undefined
        ? compileOne(context, listed, rules)
        : without(listed, rules, 'excluded', excluded),
    )
  }
  return operations
}

function compileOne(
  context: DocumentContext,
  listed: ListedOperation,
  rules: RuleOutcome,
): CompiledOperation {
  const { source, problem, remarks } = listed
  if (problem !== undefined) return without(listed, rules, 'skipped', problem)
  if (isAboutTransport(source.method, listed.operation, context.resolveReference)) {
    return without(listed, rules, 'skipped', ABOUT_TRANSPORT)
  }
  const read = readExtension(listed.operation['x-mcp'])
  if (read.kind === 'hidden') return without(listed, rules, 'excluded', 'hidden by `x-mcp` in the document')
  if (read.kind === 'refused') return without(listed, rules, 'skipped', read.problem)
  try {
    const { extension } = read
    const draft = draftTool({ ...listed, context, rules, extension })
    const redraft = redrafting(listed.read, { source, context, rules, extension })
    const told = [...remarks, ...read.problems]
    const outcome = draft.isDegraded || told.length > 0 ? 'degraded' : 'exposed'
    return { source, rules, outcome, reasons: [...told, ...draft.notes], draft, redraft }
  } catch (error) {
    if (!(error instanceof SkippedOperation)) throw error
    return without(listed, rules, 'skipped', error.message)
  }
}

/** Keeps no more than it is given: what was read is many times what the document needs. */
function redrafting(
  read: ListedOperation['read'],
  rest: Omit<DraftSource, 'pathItem' | 'operation'>,
): () => ToolDraft {
  return () => draftTool({ ...read(), ...rest })
}

function without(
  { source }: ListedOperation,
  rules: RuleOutcome,
  outcome: OperationReport['outcome'],
  reason: string,
): CompiledOperation {
  return { source, rules, outcome, reasons: [reason], draft: undefined }
}

function compileExclusion({ tools }: ApiConfig): (source: OperationSource) => string | undefined {
  const include = tools.include?.map(compileSelector)
  const exclude = tools.exclude?.map(compileSelector) ?? []
  return source => {
    if (include !== undefined && !include.some(matches => matches(source))) {
      return 'no selector of `include` matches'
    }
    const index = exclude.findIndex(matches => matches(source))
    return index < 0 ? undefined : `\`exclude[${index}]\` matches`
  }
}
