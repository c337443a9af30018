import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { pathOfDocument } from '../documents.ts'

const require = createRequire(createRequire(import.meta.url).resolve('@apidevtools/swagger-parser'))
const { $RefParser } = require('@apidevtools/json-schema-ref-parser')

/** A document as plain data, read without Postern's own loader; one of several files is put together by a library. */
export async function readForJudge(name: string): Promise<JsonObject> {
  const path = pathOfDocument(name)
  if (/^multi-file|\/deep\//.test(name)) {
    return JSON.parse(JSON.stringify(await new $RefParser().bundle(path)))
  }
  const text = readFileSync(path, 'utf8')
  // Through JSON, so that dates and shared nodes of YAML become plain.
  return JSON.parse(JSON.stringify(name.endsWith('.json') ? JSON.parse(text) : load(text)))
}

/** The servers that a document names, one address each: the document's own first. */
export function serversOf(document: JsonObject): readonly string[] {
  const lists = [document.servers]
  for (const item of Object.values(isJsonObject(document.paths) ? document.paths : {})) {
    if (!isJsonObject(item)) continue
    lists.push(item.servers)
    for (const operation of Object.values(item)) if (isJsonObject(operation)) lists.push(operation.servers)
  }
  const first = lists.map(list => (Array.isArray(list) ? list[0]?.url : undefined))
  const general = first[0] ?? 'the document names none'
  return [...new Set([general, ...first.filter(url => typeof url === 'string')])]
}

/** Which of the {@link serversOf} an operation is at. */
export function serverOf(
  document: JsonObject,
  servers: readonly string[],
  method: string,
  path: string,
): number {
  const item = isJsonObject(document.paths) ? document.paths[path] : undefined
  if (!isJsonObject(item)) return 0
  const operation = item[method.toLowerCase()]
  const own = [isJsonObject(operation) ? operation.servers : undefined, item.servers].find(Array.isArray)
  return Math.max(0, servers.indexOf(own?.[0]?.url))
}

/**
 * Writes a copy whose servers are the judge's addresses, for documents that name several.
 *
 * @returns the file, and what takes it away again
 */
export function writeMoved(
  document: JsonObject,
  servers: readonly string[],
  origins: readonly string[],
): { file: string; remove: () => void } {
  const copy = structuredClone(document)
  const move = (holder: JsonObject) => {
    if (!Array.isArray(holder.servers)) return
    const at = servers.indexOf(holder.servers[0]?.url)
    holder.servers = [{ url: origins[at] ?? origins[0] }]
  }
  move(copy)
  for (const item of Object.values(isJsonObject(copy.paths) ? copy.paths : {})) {
    if (!isJsonObject(item)) continue
    move(item)
    for (const operation of Object.values(item)) if (isJsonObject(operation)) move(operation)
  }
  const directory = mkdtempSync(join(tmpdir(), 'postern-corpus-'))
  const file = join(directory, 'openapi.json')
  writeFileSync(file, JSON.stringify(copy))
  return { file, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
