import { PosternError } from '../../errors.ts'
import type { JsonObject } from '../tool.ts'
import type { OpenApiVersion } from './load-document.ts'

/**
 * Which OpenAPI a document is written in.
 *
 * @param name - of the source, for messages
 * @throws PosternError `document_invalid` for anything but 2.0 and 3.0 to 3.2
 */
export function readVersion(document: JsonObject, name: string): OpenApiVersion {
  const { openapi, swagger } = document
  // An unquoted 2.0 or 3.0 in YAML is a number.
  if (openapi === undefined && (swagger === 2 || swagger === '2.0')) return '2.0'
  const version = openapi === 3 ? '3.0' : String(openapi ?? '')
  const short = /^3\.[012](?=\.\d|$)/.exec(version)?.[0]
  if (short === '3.0' || short === '3.1' || short === '3.2') return short
  throw new PosternError('document_invalid', { message: `${name}: ${versionProblem(openapi, swagger)}` })
}

function versionProblem(openapi: unknown, swagger: unknown): string {
  const known = 'Known are Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2'
  if (openapi === undefined && swagger !== undefined) return `a Swagger ${text(swagger)} document. ${known}.`
  if (openapi === undefined) {
    return `no OpenAPI document: it has no \`openapi\` or \`swagger\` member. ${known}.`
  }
  return `an OpenAPI ${text(openapi)} document. ${known}.`
}

function text(version: unknown): string {
  return String(version).slice(0, 20)
}
