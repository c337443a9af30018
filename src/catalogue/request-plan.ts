import type { NamedArgument } from './arguments/argument.ts'
import type { BodySource } from './bodies/body-source.ts'
import { isJsonMediaType } from './document/json-media-type.ts'
import { followReferences, type ResolveReference } from './document/resolve-reference.ts'
import { isJsonObject } from './is-json-object.ts'
import type { PathParameter } from './paths/parse-path.ts'
import type { BodyPlan, JsonObject, ParameterPlan, RequestPlan } from './tool.ts'

/** What a plan is made from. */
export interface PlanSource {
  readonly method: string
  readonly baseUrl: string
  readonly path: readonly (string | PathParameter)[]
  readonly fixedQuery: readonly (readonly [name: string, value: string])[]
  readonly arguments: readonly NamedArgument[]
  readonly body: BodySource | undefined
  readonly accept: string
}

/** Puts a request plan together; every parameter of the path must be among the arguments. */
export function requestPlan(source: PlanSource): RequestPlan {
  const plans = (location: string): ParameterPlan[] =>
    source.arguments.flatMap(({ location: own, plan, argument }) =>
      own === location && plan !== undefined ? [Object.freeze({ ...plan, argument })] : [],
    )
  const byName = new Map(plans('path').map(plan => [plan.name, plan]))
  const path: (string | ParameterPlan)[] = []
  for (const part of source.path) {
    const filled = typeof part === 'string' ? part : byName.get(part.parameter)
    if (filled !== undefined) path.push(filled)
  }
  return Object.freeze({
    method: source.method,
    baseUrl: source.baseUrl,
    path: Object.freeze(path),
    ...(source.fixedQuery.length > 0 ? { fixedQuery: Object.freeze(source.fixedQuery) } : {}),
    query: Object.freeze([...plans('query'), ...plans('querystring')]),
    headers: Object.freeze(plans('header')),
    cookies: Object.freeze(plans('cookie')),
    body: bodyPlan(source),
    accept: source.accept,
  })
}

function bodyPlan({ body, arguments: args }: PlanSource): BodyPlan | undefined {
  if (body === undefined) return undefined
  const own = args.filter(argument => argument.location === 'body')
  const names = new Map(own.map(({ wire, argument }) => [wire, argument]))
  return Object.freeze(body.plan(wire => names.get(wire) ?? wire))
}

const MAX_TYPES = 6

/**
 * The Accept header: the media types that the document gives for success, JSON first, and anything else at a
 * low weight, since documents often leave types out.
 */
export function acceptOf(operation: JsonObject, resolveReference: ResolveReference): string {
  const types = new Set<string>()
  const responses = isJsonObject(operation.responses) ? operation.responses : {}
  for (const [status, entry] of Object.entries(responses)) {
    if (!/^2(?:\d\d|XX)$/i.test(status) && status !== 'default') continue
    const found = followReferences(resolveReference, entry)
    if (!('value' in found) || !isJsonObject(found.value.content)) continue
    for (const type of Object.keys(found.value.content)) {
      const bare = type.split(';')[0]?.trim().toLowerCase() ?? ''
      if (/^[\w.!#$&^+-]+\/[\w.!#$&^+-]+$/.test(bare)) types.add(bare)
    }
  }
  if (types.size > 1) types.delete('text/event-stream')
  const ordered = [...types].sort((a, b) => Number(isJsonMediaType(b)) - Number(isJsonMediaType(a)))
  if (ordered.length === 0) return 'application/json, */*;q=0.5'
  return [...ordered.slice(0, MAX_TYPES), '*/*;q=0.1'].join(', ')
}
