import { PosternError } from '../errors.ts'
import type { UpstreamRequest } from './build-request.ts'

/**
 * Where a redirect leads: the path and query to ask next, or undefined if the answer is no redirect. Only GET
 * and HEAD are redirected, only within the origin, and the base path where the request names one: the credential goes nowhere else, and no other request is
 * sent twice.
 *
 * @throws PosternError `upstream_redirect` for any other redirect; the target is in the private detail only.
 */
export function redirectTarget(
  { origin, method, within = '' }: UpstreamRequest,
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
  if (!isBelow(target.pathname, within)) {
    throw refusal(`${origin + within} redirects out of its path: ${location}`)
  }
  return target.pathname + target.search
}

/** What some backend could read as a step up, or as another slash, is not below anything. */
function isBelow(path: string, base: string): boolean {
  if (base === '') return true
  if (path !== base && !path.startsWith(`${base}/`)) return false
  return !/%(?:2e|2f|5c|25|00)|\.\.|;/i.test(path.slice(base.length))
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

function refusal(detail: string): PosternError {
  return new PosternError('upstream_redirect', { detail })
}
