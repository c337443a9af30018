import type { Finding } from '../../../src/catalogue/lint/finding.ts'
import { type LintSource, lintCatalogue } from '../../../src/catalogue/lint/lint-catalogue.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { loaded } from '../compile-document.ts'
import { apiOf, compileLocked, type LockedOptions } from '../lock/compile-locked.ts'

/** A document with these paths, compiled, ready to be linted. */
export function sourceOf(paths: JsonObject, options: LockedOptions = {}): LintSource {
  const settings = { approve: 'off', ...options } as const
  return {
    config: { apis: [apiOf(settings)], auth: [] },
    documents: new Map([['billing', loaded({ ...options.document, paths })]]),
    catalogue: compileLocked(paths, settings),
  }
}

/** What is found in a document with these paths. */
export function lintPaths(paths: JsonObject, options: LockedOptions = {}): readonly Finding[] {
  return lintCatalogue(sourceOf(paths, options))
}

/** An operation about which there is nothing to say. */
export const flawless = (operationId: string, more: object = {}) => ({
  operationId,
  summary: 'Lists the things of an owner',
  responses: { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } } },
  ...more,
})
