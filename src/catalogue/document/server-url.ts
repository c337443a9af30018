import { isJsonObject } from '../is-json-object.ts'

/** Where a server is. */
export interface ServerUrl {
  /** Without trailing slash; to compare only, where there is a problem. Undefined where it is no URL. */
  readonly url: string | undefined
  /** Why it can't be called; undefined if it can. */
  readonly problem: string | undefined
}

/**
 * The URL of an entry of `servers` with its variables at their defaults (OpenAPI 3.1 "Server Object").
 *
 * @param base - what relative URLs are relative to; undefined where that is not known
 */
export function serverUrl(server: unknown, base: string | undefined): ServerUrl {
  if (!isJsonObject(server) || typeof server.url !== 'string') return unusable('a server has no `url`')
  const name = `the server ${JSON.stringify(server.url.slice(0, 200))}`
  const { text, missing } = fillIn(server.url.trim(), server.variables)
  if (/[{}\s\\]/.test(text) || !URL.canParse(text, base ?? SOMEWHERE)) return unusable(`${name} is no URL`)
  const url = new URL(text, base ?? SOMEWHERE)
  if (!/^https?:$/.test(url.protocol)) return unusable(`${name} is not reached by http or https`)
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isPlain) return unusable(`${name} has a user, a query or a fragment`)
  let problem: string | undefined
  if (missing !== undefined) problem = `${name} has the variable \`${missing}\` without a default`
  else if (url.origin === SOMEWHERE) problem = `${name} is relative, and the document comes from a file`
  return { url: url.href.replace(/\/+$/, ''), problem }
}

/** What the name of a variable without a value is put behind, in a URL that is only compared. */
export const UNKNOWN_VARIABLE = 'unknown-variable-'

/** Stands for the origin of a document that comes from a file; `//host` takes its scheme. */
const SOMEWHERE = 'https://document.invalid'

function unusable(problem: string): ServerUrl {
  return { url: undefined, problem }
}

/** A variable without a default leaves its name in its place, so that two servers can still be compared. */
function fillIn(template: string, variables: unknown): { text: string; missing: string | undefined } {
  let missing: string | undefined
  const text = template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = isJsonObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = isJsonObject(variable) ? (variable.default ?? [variable.enum].flat()[0]) : undefined
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return String(value)
    }
    missing ??= name.slice(0, 80)
    return `${UNKNOWN_VARIABLE}${name.replace(/[^A-Za-z0-9-]/g, '-')}`
  })
  return { text, missing }
}
