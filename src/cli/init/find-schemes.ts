import type { LoadedDocument } from '../../catalogue/document/load-document.ts'
import { createResolver } from '../../catalogue/document/resolve-reference.ts'
import { isJsonObject } from '../../catalogue/is-json-object.ts'
import type { JsonObject } from '../../catalogue/tool.ts'
import { headerName } from '../../config/schema/values.ts'
import { unusableHeader } from '../../config/unusable-header.ts'
import { objectAt } from './list-operations.ts'

/** A way in which the product's own callers sign in, as far as Postern can take it over. */
export type FoundScheme =
  | { readonly type: 'bearer'; readonly header: string | undefined; readonly prefix: string | undefined }
  | { readonly type: 'headers'; readonly headers: readonly string[] }

const MOST_HEADERS = 4

/**
 * Turns the alternatives of an operation's security (names of security schemes, used together) into schemes
 * that Postern has: a token in a header, or up to four headers together. Cookies, query parameters, basic
 * authentication and mixtures are left out. Each way comes once, those with fewer headers first.
 */
export function findSchemes(
  { document, files }: LoadedDocument,
  alternatives: readonly (readonly string[])[],
): readonly FoundScheme[] {
  const resolve = createResolver(document, files)
  const components = isJsonObject(document.components) ? document.components : {}
  const schemes = isJsonObject(components.securitySchemes) ? components.securitySchemes : {}
  const found = new Map<string, FoundScheme>()
  for (const names of alternatives) {
    const parts = names.map(name =>
      Object.hasOwn(schemes, name) ? objectAt(resolve, schemes[name]) : undefined,
    )
    const scheme = together(parts)
    if (scheme === undefined) continue
    const key = scheme.type === 'bearer' ? (scheme.header ?? 'authorization') : scheme.headers.join()
    found.set(key.toLowerCase(), found.get(key.toLowerCase()) ?? scheme)
  }
  return withoutOverlap([...found.values()])
}

function together(parts: readonly (JsonObject | undefined)[]): FoundScheme | undefined {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return bearer(only)
  const headers = parts.map(part => (part === undefined ? undefined : keyHeader(part)))
  const names = headers.filter(name => name !== undefined)
  const isWhole = names.length === parts.length && names.length > 1 && names.length <= MOST_HEADERS
  return isWhole ? { type: 'headers', headers: names.toSorted(byClaim) } : undefined
}

function bearer(scheme: JsonObject): FoundScheme | undefined {
  const kind = String(scheme.scheme ?? '').toLowerCase()
  const isBearer =
    scheme.type === 'oauth2' ||
    scheme.type === 'openIdConnect' ||
    (scheme.type === 'http' && kind === 'bearer')
  if (isBearer) return { type: 'bearer', header: undefined, prefix: prefixOf(scheme.bearerFormat) }
  const header = keyHeader(scheme)
  if (header === undefined) return undefined
  return {
    type: 'bearer',
    header: header.toLowerCase() === 'authorization' ? undefined : header,
    prefix: undefined,
  }
}

/** The header of an API key, if it can carry a credential. */
function keyHeader({ type, in: location, name }: JsonObject): string | undefined {
  if (type !== 'apiKey' || location !== 'header' || typeof name !== 'string') return undefined
  return headerName.safeParse(name).success && unusableHeader(name) === undefined ? name : undefined
}

/** `acme_pat_…` in `bearerFormat` names the start of every token. */
function prefixOf(format: unknown): string | undefined {
  return /^([A-Za-z0-9_-]{1,31}[_-])(?:…|\.{3}|[xX]{3,}|\*+)$/.exec(String(format ?? ''))?.[1]
}

/** What says who is calling before what proves it. */
function byClaim(a: string, b: string): number {
  return Number(isClaim(b)) - Number(isClaim(a))
}

/** Whether a header says who is calling, rather than proving it. */
export function isClaim(header: string): boolean {
  return (
    /e-?mail|user|login|account|client|tenant/i.test(header) && !/token|key|secret|password/i.test(header)
  )
}

/** A scheme whose headers another one has too could not be told from it. */
function withoutOverlap(schemes: readonly FoundScheme[]): readonly FoundScheme[] {
  const headers = (scheme: FoundScheme) =>
    (scheme.type === 'headers' ? scheme.headers : [scheme.header ?? 'Authorization']).map(name =>
      name.toLowerCase(),
    )
  const sorted = schemes.toSorted((a, b) => headers(a).length - headers(b).length)
  return sorted.filter(
    (scheme, index) =>
      !sorted.slice(0, index).some(earlier => headers(earlier).every(name => headers(scheme).includes(name))),
  )
}
