import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/

/**
 * Writes down that lists in forms and multipart bodies repeat their field or part, where the document leaves that to
 * the default (OpenAPI 3.1 "Encoding Object", `style` and `explode`): Prism knows no default, and would take the
 * field for a text. Changes the document in place.
 */
export function sayDefaults(document: JsonObject): void {
  const stack: unknown[] = [document.paths, document.components]
  while (stack.length > 0) {
    const node = stack.pop()
    if (Array.isArray(node)) stack.push(...node)
    if (!isJsonObject(node)) continue
    for (const [key, value] of Object.entries(node)) {
      if (isJsonObject(value) && FORM.test(key)) sayDefaultsOf(value, document)
      else if (key !== 'schemas') stack.push(value)
    }
  }
}

function sayDefaultsOf(media: JsonObject, document: JsonObject): void {
  const { properties } = follow(media.schema, document)
  const encoding: JsonObject = isJsonObject(media.encoding) ? media.encoding : {}
  for (const [name, schema] of Object.entries(isJsonObject(properties) ? properties : {})) {
    const own = encoding[name]
    if (follow(schema, document).type !== 'array' || (isJsonObject(own) && own.style !== undefined)) continue
    encoding[name] = { ...(isJsonObject(own) ? own : {}), style: 'form', explode: true }
  }
  if (Object.keys(encoding).length > 0) media.encoding = encoding
}

function follow(schema: unknown, document: JsonObject): JsonObject {
  let current = schema
  for (let step = 0; step < 16 && isJsonObject(current) && typeof current.$ref === 'string'; step += 1) {
    const parts = current.$ref.split('/').slice(1)
    const names = parts.map(part => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    current = names.reduce<unknown>((node, name) => (isJsonObject(node) ? node[name] : undefined), document)
  }
  return isJsonObject(current) ? current : {}
}
