import type { DocumentContext } from '../document/document-context.ts'
import { isJsonMediaType } from '../document/json-media-type.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, Tool } from '../tool.ts'
import type { Remark } from './finding.ts'

/** Characters of a definition above which a tool costs more than most whole servers of a few tools. */
const LARGE = 12_000

/** What the shapes of a tool's arguments and answers cost or don't tell. */
export function lintShapes(tool: Tool, operation: JsonObject, context: DocumentContext): Remark[] {
  const remarks: Remark[] = []
  if (tool.definition.length > LARGE) {
    const message = `its definition is ${tool.definition.length} characters long`
    const fix = 'bind or leave out what models don’t need, or use `expose: search`'
    remarks.push({ rule: 'definition-large', severity: 'warning', message, fix })
  }
  if (hasAlternatives(operation, context)) {
    const message =
      'its body is one of several shapes; they are merged, since clients refuse alternatives at the root'
    const fix = 'say in the description which members belong together'
    remarks.push({ rule: 'root-union', severity: 'info', message, fix })
  }
  if (tool.operation.method !== 'HEAD' && !describesAnswer(operation, context)) {
    const message = 'no response has a schema: models don’t know what they will get'
    remarks.push({ rule: 'response-schema-missing', severity: 'info', message, fix: 'describe the response' })
  }
  if (tool.operation.deprecated) {
    const message = 'the document marks it deprecated'
    remarks.push({
      rule: 'deprecated',
      severity: 'info',
      message,
      fix: 'leave it out with exclude: [{ deprecated: true }]',
    })
  }
  return remarks
}

function hasAlternatives({ requestBody }: JsonObject, { resolveReference }: DocumentContext): boolean {
  const body = followReferences(resolveReference, requestBody)
  if (!('value' in body) || !isJsonObject(body.value.content)) return false
  return Object.entries(body.value.content).some(([type, media]) => {
    if (!isJsonMediaType(type) || !isJsonObject(media)) return false
    const schema = followReferences(resolveReference, media.schema)
    return 'value' in schema && (schema.value.oneOf !== undefined || schema.value.anyOf !== undefined)
  })
}

/** An answer without content says what it holds too. */
function describesAnswer({ responses }: JsonObject, { resolveReference }: DocumentContext): boolean {
  if (!isJsonObject(responses)) return false
  return Object.entries(responses).some(([status, entry]) => {
    if (!/^(2..|default)$/i.test(status)) return false
    if (/^20[245]$/.test(status)) return true
    const found = followReferences(resolveReference, entry)
    if (!('value' in found)) return false
    // Swagger 2.0 has the schema itself.
    if (!isJsonObject(found.value.content)) return found.value.schema !== undefined
    const media = Object.entries(found.value.content)
    return media.some(
      ([type, one]) => !isJsonMediaType(type) || (isJsonObject(one) && one.schema !== undefined),
    )
  })
}
