import { PosternError } from '../errors.ts'
import type { UpstreamRequest } from './build-request.ts'

/**
 * Where a redirect leads: the path and query to ask next, or undefined if the answer is no redirect. Only GET
 * and HEAD are redirected, only within the origin: the credential goes nowhere else, and no other request is
 * sent twice.
 *
 * @throws PosternError `upstream_redirect` for any other redirect; the target is in the private detail only.
 */
export function redirectTarget(
  { origin, method }: UpstreamRequest,
  path: string,
  answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
  },
): string | undefined {
  if (!REDIRECTS.has(answer.status)) return undefined
  const { location } = answer.headers
  if (typeof location !== 'string') throw refusal(`${answer.status} without one Location`)
  if (method !== 'GET' && method !== 'HEAD') throw refusal(`${method} was redirected to ${location}`)
  const base = new URL(origin + path)
  if (!URL.canParse(location, base.href)) throw refusal(`Location is no URL: ${location}`)
  const target = new URL(location, base.href)
  if (target.origin !== base.origin || target.username !== '' || target.password !== '') {
    throw refusal(`${origin} redirects to another origin: ${location}`)
  }
  return target.pathname + target.search
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

function refusal(detail: string): PosternError {
  return new PosternError('upstream_redirect', { detail })
}
