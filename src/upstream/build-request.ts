import type { ArgumentProblem, JsonObject, RequestPlan } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { compileBody } from './compile-body.ts'
import { compileCookies } from './compile-cookies.ts'
import { compileHeaders } from './compile-headers.ts'
import { compilePath } from './compile-path.ts'
import { compileQuery } from './compile-query.ts'
import { argumentProblem, invalidArguments } from './invalid-arguments.ts'

/** A request to the backend, complete but for the credential. */
export interface UpstreamRequest {
  /** Upper case. */
  readonly method: string
  /** Scheme, host and port, `https://api.acme.com`. */
  readonly origin: string
  /** Path with the base path, and the query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
  /** Base path that redirects must stay below, without trailing slash; default: the whole origin. */
  readonly within?: string
}

/**
 * Builds an operation's request from validated arguments. Pure. The plan is compiled on first use; after that a
 * call only fills in.
 *
 * What holds for any arguments, and is tested as a property: the origin and the base path are the plan's, the
 * path has the segments of the template, a query value stays in its parameter, a header value in its header,
 * a cookie in its cookie.
 *
 * @param bound - arguments that the configuration sets (`tool.bind`); only these may be identity headers. One
 *   plan always comes with the same ones.
 * @throws PosternError `invalid_arguments` with `data.problems`, all of them; `document_invalid` for a plan
 *   that can't be served.
 */
export function buildRequest(
  plan: RequestPlan,
  args: JsonObject,
  bound: { readonly has: (argument: string) => boolean } = NONE,
): UpstreamRequest {
  let build = compiled.get(plan)
  if (build === undefined) {
    build = compilePlan(plan, argument => bound.has(argument))
    compiled.set(plan, build)
  }
  return build(args)
}

type Build = (args: JsonObject) => UpstreamRequest

const NONE = new Set<string>()
const MAX_PATH = 32_768
const compiled = new WeakMap<RequestPlan, Build>()

function compilePlan(plan: RequestPlan, isBound: (argument: string) => boolean): Build {
  const { origin, basePath } = baseOf(plan.baseUrl)
  const { method } = plan
  const fillPath = compilePath(plan)
  const fillQuery = compileQuery(plan)
  const fillHeaders = compileHeaders(plan, isBound)
  const fillBody = compileBody(plan, isBound)
  const plain = Object.freeze({ accept: plan.accept })
  const withBody = Object.freeze({ accept: plan.accept, 'content-type': plan.body?.mediaType ?? '' })
  const fillCookies = compileCookies(plan)
  const hasHeaders = plan.headers.length > 0 || plan.cookies.length > 0
  return args => {
    const problems: ArgumentProblem[] = []
    const pathname = basePath + fillPath(args, problems)
    const query = fillQuery(args, problems)
    const filledBody = fillBody(args, problems)
    const isTyped = typeof filledBody === 'object'
    const body = isTyped ? filledBody.bytes : filledBody
    let headers: Readonly<Record<string, string>> = body === undefined ? plain : withBody
    if (isTyped) headers = { ...plain, 'content-type': filledBody.contentType }
    if (hasHeaders) {
      const filled: Record<string, string> = { ...headers }
      fillHeaders(args, filled, problems)
      const cookie = fillCookies(args, problems)
      if (cookie !== '') filled.cookie = cookie
      headers = filled
    }
    const path = query === '' ? pathname : `${pathname}?${query}`
    if (path.length > MAX_PATH) problems.push(argumentProblem([], `a URL of at most ${MAX_PATH} characters`))
    if (problems.length > 0) throw invalidArguments(problems)
    return { method, origin, path, headers, body }
  }
}

function baseOf(baseUrl: string): { origin: string; basePath: string } {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const usable =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === ''
  if (!usable) throw new PosternError('document_invalid', { detail: `${baseUrl} is no http(s) base URL` })
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') }
}
