import type { Config } from '../../config/config.ts'
import { createDocumentContext, type DocumentContext } from '../document/document-context.ts'
import { listOperations } from '../document/list-operations.ts'
import type { LoadedDocument } from '../document/load-document.ts'
import type { Catalogue, JsonObject, OperationReport } from '../tool.ts'
import type { Finding, Remark } from './finding.ts'
import { lintNames } from './lint-names.ts'
import { lintOutcome } from './lint-outcome.ts'
import { lintShapes } from './lint-shapes.ts'
import { lintTexts } from './lint-texts.ts'

/** What is linted. */
export interface LintSource {
  readonly config: Pick<Config, 'apis' | 'auth'>
  readonly documents: ReadonlyMap<string, LoadedDocument>
  readonly catalogue: Catalogue
}

/** One operation with all that is known of it. */
export interface LintedOperation {
  readonly report: OperationReport
  readonly context: DocumentContext
  /** As the document has it; empty where it can't be read. */
  readonly operation: JsonObject
  /** How many operations of the document have its operationId. */
  readonly sameId: number
}

/**
 * Everything that could be better about every operation, in the order of the documents. Makes every tool's schema,
 * which takes its time. Pure.
 */
export function lintCatalogue(source: LintSource): readonly Finding[] {
  return lintedOperations(source).flatMap(operation => {
    const { api, pointer, method, path, tool } = operation.report
    const about = { api, pointer, operation: `${method} ${path}`, tool }
    return remarksOn(operation, source.catalogue).map(remark => ({ ...remark, ...about }))
  })
}

/** The operations of the report, each next to what its document says. */
export function lintedOperations({ config, documents, catalogue }: LintSource): readonly LintedOperation[] {
  return config.apis.flatMap(api => {
    const loaded = documents.get(api.name)
    if (loaded === undefined) return []
    const context = createDocumentContext(api, loaded, config.auth)
    const listed = listOperations(context)
    const operations = new Map(listed.map(({ source, operation }) => [source.pointer, operation]))
    const ids = Map.groupBy(listed, ({ source }) => source.operationId)
    return catalogue.report
      .filter(report => report.api === api.name)
      .map(report => ({
        report,
        context,
        operation: operations.get(report.pointer) ?? {},
        sameId: ids.get(report.operationId)?.length ?? 0,
      }))
  })
}

function remarksOn({ report, context, operation, sameId }: LintedOperation, catalogue: Catalogue): Remark[] {
  const remarks = lintOutcome(report)
  const tool = report.tool === undefined ? undefined : catalogue.byName.get(report.tool)
  if (tool === undefined) return remarks
  return [
    ...remarks,
    ...lintNames(tool, context.api, sameId),
    ...lintTexts(tool, operation),
    ...lintShapes(tool, operation, context),
  ]
}
