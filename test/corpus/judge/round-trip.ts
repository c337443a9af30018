/**
 * Calls every tool of one document through the whole gateway, over MCP, with a judge as the backend, and says
 * what became of each call.
 */
import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
import type { JsonObject, Tool } from '../../../src/catalogue/tool.ts'
import { pathOfDocument } from '../documents.ts'
import { hostileArguments } from '../generate/hostile-arguments.ts'
import { type Making, NoValue, valueOfSchema } from '../generate/value-of-schema.ts'
import { isWithinOperation } from './is-within-operation.ts'
import { type Judge, type Judged, startJudge, type Violation } from './judge.ts'
import { readForJudge, serverOf, serversOf, writeMoved } from './read-for-judge.ts'
import { reduceDocument } from './reduce-document.ts'
import { type Gateway, startGateway } from './start-gateway.ts'

/** A well-formed call that did not arrive as the judge wants it. */
export interface Rejection {
  /** `GET /pets/{id}` */
  readonly operation: string
  readonly amount: 'required' | 'all'
  /** What went wrong where: no value could be made, the gateway refused the call, or the judge the request. */
  readonly by: 'generator' | 'gateway' | 'judge'
  readonly arguments: JsonObject
  readonly request: { method: string; url: string; contentType: unknown; body: unknown } | undefined
  readonly violations: readonly Violation[]
}

/** What became of the calls of one document. */
export interface RoundTrip {
  readonly tools: number
  /** Operations that the judge knows. */
  readonly judged: number
  /** Well-formed calls, two for each tool; one where they are the same. */
  readonly calls: number
  readonly accepted: number
  /** Of those accepted: a part was accepted unseen, as the judge can't compile its schema. */
  readonly unseen: number
  readonly rejections: readonly Rejection[]
  /** Of those accepted: the arguments were right as made from what any client is shown. */
  readonly acceptedAtFirst: number
  readonly hostile: {
    readonly calls: number
    readonly refused: number
    readonly sent: number
    /** Answers of 5xx or JSON-RPC internal errors, and requests outside the operation: there must be none. */
    readonly failures: readonly string[]
  }
}

/**
 * How arguments are made, the first that the gateway and the judge take. What every client takes leaves some limits
 * to words (formats, long enumerations); where arguments break these, they are made anew from the whole schema, as
 * a model does that reads the words or the refusal. Examples of a document break its own schema now and then.
 */
const VARIANTS = [
  { from: 'default', examples: true, alternative: 0 },
  { from: 'full', examples: true, alternative: 0 },
  { from: 'full', examples: false, alternative: 0 },
  { from: 'full', examples: false, alternative: 1 },
  { from: 'full', examples: false, alternative: 2 },
] as const

/** Runs the calls, one after the other: two well-formed ones and three hostile ones for each tool. */
export async function roundTrip(name: string): Promise<RoundTrip> {
  const document = await readForJudge(name)
  const servers = serversOf(document)
  const judge = await startJudge(reduceDocument(structuredClone(document)), servers.length)
  const moved = servers.length > 1 ? writeMoved(document, servers, judge.origins) : undefined
  const [upstream, ...others] = judge.origins
  const api = { openapi: moved?.file ?? pathOfDocument(name), upstream, upstreams: others }
  const gateway = await startGateway(api)
  try {
    return await callEverything(gateway, judge, tool =>
      serverOf(document, servers, tool.operation.method, tool.operation.path),
    )
  } finally {
    await gateway.close()
    await judge.close()
    moved?.remove()
  }
}

async function callEverything(
  gateway: Gateway,
  judge: Judge,
  serverFor: (tool: Tool) => number,
): Promise<RoundTrip> {
  const shown = await listedSchemas(gateway, '/mcp')
  const full = await listedSchemas(gateway, '/full')
  const rejections: Rejection[] = []
  const failures: string[] = []
  const count = { calls: 0, accepted: 0, acceptedAtFirst: 0, unseen: 0, hostile: 0, refused: 0, sent: 0 }
  for (const [index, tool] of gateway.app.catalogue.tools.entries()) {
    const schemas = { default: shown.get(tool.name) ?? {}, full: full.get(tool.name) ?? {} }
    const operation = `${tool.operation.method} ${tool.operation.path}`
    const seen = new Set<string>()
    judge.expect(operation)
    for (const amount of ['required', 'all'] as const) {
      const outcome = await callWellFormed(gateway, judge.take, tool, schemas, amount, seen)
      if (outcome === undefined) continue
      count.calls += 1
      const { rejection, request, isFirst } = outcome
      if (request !== undefined && request.server !== serverFor(tool)) {
        failures.push(`${operation}: sent to another server than the operation’s`)
      }
      if (rejection === undefined) {
        count.accepted += 1
        if (isFirst) count.acceptedAtFirst += 1
        if (request?.verdict.isBlind) count.unseen += 1
      } else rejections.push({ operation, amount, ...rejection })
    }
    for (const args of hostileArguments(schemas.full, index)) {
      const answer = await gateway.send('tools/call', { name: tool.name, arguments: args })
      const requests = judge.take()
      count.hostile += 1
      count.sent += requests.length
      if (requests.length === 0) count.refused += 1
      if (answer.status >= 500 || answer.body?.error?.code === -32603) {
        failures.push(`${operation}: ${answer.status} ${JSON.stringify(answer.body)} for ${brief(args)}`)
      }
      for (const request of requests) {
        const isOwn = isWithinOperation(request, tool.operation) && request.server === serverFor(tool)
        if (!isOwn) failures.push(`${operation}: ${request.method} ${brief(request.url)} for ${brief(args)}`)
      }
    }
  }
  const { calls, accepted, acceptedAtFirst, unseen, hostile, refused, sent } = count
  return {
    tools: gateway.app.catalogue.tools.length,
    judged: judge.operations,
    calls,
    accepted,
    rejections,
    acceptedAtFirst,
    unseen,
    hostile: { calls: hostile, refused, sent, failures },
  }
}

interface Outcome {
  readonly rejection: Omit<Rejection, 'operation' | 'amount'> | undefined
  readonly request: Judged | undefined
  readonly isFirst: boolean
}

async function listedSchemas(gateway: Gateway, path: '/mcp' | '/full'): Promise<Map<string, JsonObject>> {
  const { body } = await gateway.send('tools/list', {}, path)
  const tools: { name: string; inputSchema: JsonObject }[] = body.result.tools
  return new Map(tools.map(({ name, inputSchema }) => [name, inputSchema]))
}

/** Undefined where the same arguments were called before. */
async function callWellFormed(
  { send }: Gateway,
  take: () => readonly Judged[],
  tool: Tool,
  schemas: { readonly default: JsonObject; readonly full: JsonObject },
  amount: 'required' | 'all',
  seen: Set<string>,
): Promise<Outcome | undefined> {
  let worst: Outcome | undefined
  for (const [index, { from, ...variant }] of VARIANTS.entries()) {
    const args = make(schemas[from], { amount, ...variant })
    if (args instanceof NoValue) {
      worst ??= failed('generator', {}, undefined, [{ message: args.message }])
      continue
    }
    const key = JSON.stringify(args)
    if (index === 0 && seen.has(key)) return undefined
    seen.add(key)
    const { body, request } = await callPatiently(send, take, { name: tool.name, arguments: args })
    if (request === undefined) {
      const message = String(body?.result?.content?.[0]?.text ?? JSON.stringify(body)).slice(0, 600)
      if (worst?.rejection?.by !== 'judge') worst = failed('gateway', args, undefined, [{ message }])
      continue
    }
    const { operation, violations } = request.verdict
    const isOther = operation !== `${tool.operation.method} ${tool.operation.path}`
    const wrong = violations.length === 0 && isOther ? [{ message: `taken for ${operation}` }] : violations
    if (wrong.length === 0) return { rejection: undefined, request, isFirst: index === 0 }
    worst = nearest(worst, failed('judge', args, request, wrong))
  }
  return worst
}

/** On a machine that is busy with other things, a check may be cut off that usually ends in time. */
async function callPatiently(send: Gateway['send'], take: Judge['take'], params: object) {
  for (let attempt = 1; ; attempt += 1) {
    const { body } = await send('tools/call', params)
    const [request] = take()
    const isCutOff = request === undefined && JSON.stringify(body).includes('too long to check')
    if (!isCutOff || attempt === 3) return { body, request }
  }
}

/** What came nearest to being accepted says most about why it was not. */
function nearest(one: Outcome | undefined, other: Outcome): Outcome {
  if (one?.rejection?.by !== 'judge') return other
  const [before = 0, now = 0] = [one, other].map(({ rejection }) => rejection?.violations.length)
  return now < before ? other : one
}

function failed(
  by: Rejection['by'],
  args: JsonObject,
  request: Judged | undefined,
  violations: readonly Violation[],
): Outcome {
  const sent = request && {
    method: request.method,
    url: request.url,
    contentType: request.headers['content-type'],
    body: request.body,
  }
  return { rejection: { by, arguments: args, request: sent, violations }, request, isFirst: false }
}

function make(schema: JsonObject, making: Omit<Making, 'definitions'>): JsonObject | NoValue {
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {}
  try {
    return valueOfSchema(schema, { ...making, definitions }) as JsonObject
  } catch (error) {
    if (error instanceof NoValue) return error
    throw error
  }
}

function brief(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
