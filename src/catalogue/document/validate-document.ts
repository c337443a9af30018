import SwaggerParser from '@apidevtools/swagger-parser'
import type { OpenAPI } from 'openapi-types'
import { isJsonObject } from '../is-json-object.ts'
import type { LoadedDocument } from './load-document.ts'

const MAX_REMARKS = 50
const MAX_LENGTH = 400

/** Where a `$ref` is data; a property of such a name is left alone too, which only makes the judge milder. */
const DATA = /\/(?:examples?|default|enum|const|x-[^/]*)(?:\/|$)/

/**
 * What a validator says against a document, for `postern check`: remarks, never a reason to refuse, since real
 * documents break the specification in places that nobody calls. References are resolved within the document
 * only; nothing is read or fetched, and other files are not looked at. Takes seconds on a document of megabytes.
 */
export async function validateDocument(
  loaded: Pick<LoadedDocument, 'asWritten' | 'version'>,
): Promise<readonly string[]> {
  if (loaded.version === '3.2') {
    return ['OpenAPI 3.2 is newer than the validator, so nothing was validated; compiling it is not affected']
  }
  try {
    // The validator changes what it is given.
    const copy = structuredClone(loaded.asWritten) as unknown as OpenAPI.Document
    await SwaggerParser.validate(copy, {
      resolve: { external: false, file: false, http: false },
      dereference: { circular: 'ignore', excludedPathMatcher: path => DATA.test(path) },
    })
    return []
  } catch (error) {
    return remarksOf(error)
  }
}

function remarksOf(error: unknown): readonly string[] {
  const details = isJsonObject(error) && Array.isArray(error.details) ? error.details : []
  const remarks = details.slice(0, MAX_REMARKS).map(remarkOf)
  if (remarks.length > 0) return remarks
  const message = error instanceof Error ? error.message : String(error)
  return [message.slice(0, MAX_LENGTH)]
}

function remarkOf(detail: unknown): string {
  if (!isJsonObject(detail)) return String(detail).slice(0, MAX_LENGTH)
  const where = detail.instancePath ?? ''
  return `#${String(where)}: ${String(detail.message ?? 'not valid')}`.slice(0, MAX_LENGTH)
}
