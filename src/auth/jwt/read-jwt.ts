import { parseUniqueJson } from './parse-unique-json.ts'

/** A JWT as it came: nothing in it has been verified, and nobody may be let in by it. */
export interface ReadJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What the signature covers: the first two parts and the dot between them. */
  readonly signed: string
}

/** A parsed JSON object; only own members count. */
export type JsonObject = Readonly<Record<string, unknown>>

const PARTS = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/

/**
 * Takes a compact JWS with a JSON object inside apart (RFC 7515 section 7.1, RFC 7519 section 7.2); undefined for
 * everything else, encrypted and nested tokens included.
 *
 * Each part must be the one base64url spelling of its bytes, in UTF-8, and no JSON member may come twice: a token
 * that could be read in two ways is none. Does not look at any claim or algorithm.
 */
export function readJwt(token: string): ReadJwt | undefined {
  const [, first, second, signature] = PARTS.exec(token) ?? []
  if (first === undefined || second === undefined || signature === undefined) return undefined
  const header = readObject(first)
  if (header === undefined || typeof header.alg !== 'string' || Object.hasOwn(header, 'enc')) return undefined
  const claims = readObject(second)
  if (claims === undefined || decode(signature) === undefined) return undefined
  return { header, claims, signed: `${first}.${second}` }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readObject(part: string): JsonObject | undefined {
  const bytes = decode(part)
  if (bytes === undefined) return undefined
  try {
    const value = parseUniqueJson(UTF8.decode(bytes))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
