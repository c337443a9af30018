import { PosternError } from '../errors.ts'
import { CLIENT_ROUTES } from './client-routes.ts'
import { CONNECTION_ROUTES } from './connection-routes.ts'
import { REVOCATION_ROUTES } from './revocation-routes.ts'
import type { AdminRoute } from './route.ts'
import { TOKEN_ROUTES } from './token-routes.ts'

/** Everything that the API does, but for telling its own document. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  ...REVOCATION_ROUTES,
  ...TOKEN_ROUTES,
  ...CONNECTION_ROUTES,
  ...CLIENT_ROUTES,
]

/** The operation that was asked for, and what its path names. */
export interface Matched {
  readonly route: AdminRoute
  readonly params: Readonly<Record<string, string>>
}

/**
 * Finds the operation of a request. Fixed parts of the path are compared to the letter, as they came: another spelling
 * (`%2e`, `//`, another case) is another path, which does not exist. Only what a path names is decoded, after it was
 * taken apart.
 *
 * @param path - below the API's, without the query: `/tokens/tok_x`
 * @throws PosternError `not_found`; `method_not_allowed` with the header Allow
 */
export function findRoute(routes: readonly AdminRoute[], method: string, path: string): Matched {
  const candidates = routes.flatMap(route => {
    const params = match(route.path, path)
    return params === undefined ? [] : { route, params }
  })
  if (candidates.length === 0)
    throw new PosternError('not_found', { message: 'There is nothing at this address.' })
  const matched = candidates.find(({ route }) => route.method === method)
  if (matched !== undefined) return matched
  const allow = candidates.map(({ route }) => route.method).join(', ')
  throw new PosternError('method_not_allowed', {
    message: `This address takes ${allow} only.`,
    headers: { allow },
  })
}

function match(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const [expected, present] = [template.split('/'), path.split('/')]
  if (expected.length !== present.length) return undefined
  const params: [string, string][] = []
  for (const [index, part] of expected.entries()) {
    const text = present[index] ?? ''
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? []
    if (name === undefined) {
      if (part !== text) return undefined
      continue
    }
    const value = decode(text)
    if (value === undefined || value === '') return undefined
    params.push([name, value])
  }
  return Object.fromEntries(params)
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
