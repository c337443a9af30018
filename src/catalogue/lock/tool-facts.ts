import { createHash } from 'node:crypto'
import type { ApiConfig } from '../../config/schema.ts'
import { TENANTS_BASE_URL } from '../document/operation-base-url.ts'
import type { ToolDraft } from '../draft-tool.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Hints, JsonObject, RequestPlan, Tool } from '../tool.ts'
import type { LockedArgument, LockedTool, ToolFacts } from './lock-file.ts'

/** The facts of a tool that is still being compiled; makes no schema, so that start-up stays fast. */
export function factsOfDraft(draft: ToolDraft): ToolFacts {
  const args = draft.open.flatMap(({ location, argument, required }) =>
    location === 'path' ? [] : [{ name: argument, required }],
  )
  return facts(
    { ...draft, operation: draft.source },
    {
      args,
      api: draft.context.api,
      asked: draft.asking?.asked.map(({ argument }) => argument) ?? [],
      confirm: draft.asking?.confirmation?.without,
    },
  )
}

/**
 * What the lock file keeps of a tool. Makes its schema.
 *
 * @param api - the tool's API, which says whether the configuration chose the backend
 */
export function lockedToolOf(tool: Tool, api: Pick<ApiConfig, 'upstream'> | undefined): LockedTool {
  const { asking } = tool
  const asked = asking?.questions.flatMap(question => question.arguments) ?? []
  return Object.freeze({
    name: tool.name,
    ...facts(tool, { args: argumentsOf(tool), api, asked, confirm: asking?.confirmation?.without }),
    schema: digest(tool.inputSchema),
  })
}

interface FactSource {
  readonly operation: Tool['operation']
  readonly tier: Tool['tier']
  readonly hints: Hints
  readonly scopes: readonly string[]
  readonly when: Tool['when']
  readonly bind: ReadonlyMap<string, unknown>
  readonly isCallable?: boolean
  readonly plan: RequestPlan
}

/** What a draft and a tool say each in its own way. */
interface OtherFacts extends Pick<ToolFacts, 'asked' | 'confirm'> {
  readonly args: readonly LockedArgument[]
  readonly api: Pick<ApiConfig, 'upstream'> | undefined
}

function facts(
  { operation, tier, hints, scopes, when, bind, isCallable = true, plan }: FactSource,
  { args, api, asked, confirm }: OtherFacts,
): ToolFacts {
  const { method, path, operationId } = operation
  return {
    method,
    path,
    operationId,
    tier,
    hints,
    scopes,
    when: when?.source,
    bound: [...bind.keys()].sort(),
    asked: asked.toSorted(),
    confirm,
    isCallable,
    arguments: args,
    origin: placeOf(plan.baseUrl, api?.upstream),
  }
}

/** Arguments of the path are part of the operation's identity, whatever they are called. */
function argumentsOf({ plan, inputSchema }: Tool): readonly LockedArgument[] {
  const inPath = new Set(plan.path.flatMap(part => (typeof part === 'string' ? [] : [part.argument])))
  const required = Array.isArray(inputSchema.required) ? inputSchema.required : []
  const names = isJsonObject(inputSchema.properties) ? Object.keys(inputSchema.properties) : []
  return names.filter(name => !inPath.has(name)).map(name => ({ name, required: required.includes(name) }))
}

/**
 * Where the document sends the calls: undefined where it is the configured upstream, only a path where it is another
 * one of the same origin, so that the lock file of a staging system fits the production one.
 */
function placeOf(baseUrl: string, upstream: string | undefined): string | undefined {
  // The configuration says where, and not the document.
  if (!URL.canParse(baseUrl) || baseUrl === TENANTS_BASE_URL) return undefined
  const { origin, pathname } = new URL(baseUrl)
  const path = pathname.replace(/\/+$/, '')
  if (upstream === undefined || !URL.canParse(upstream)) return origin + path
  const configured = new URL(upstream)
  if (configured.origin !== origin) return origin + path
  return configured.pathname.replace(/\/+$/, '') === path ? undefined : path || '/'
}

/** Of what is checked, not of what is said: a better description is no change of the tool. */
function digest(schema: JsonObject): string {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    (key === 'description' || key === 'title') && typeof value === 'string'
      ? undefined
      : key === 'examples' && Array.isArray(value)
        ? undefined
        : value,
  )
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
