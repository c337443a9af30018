import type { ApiConfig } from '../../config/schema.ts'
import { isJsonObject } from '../is-json-object.ts'
import { runAtOnce, type Sliced } from '../run-in-slices.ts'
import type { Catalogue, JsonObject, Tool } from '../tool.ts'
import { findRisks } from './find-risks.ts'
import { HINTS, type LockedTool, type LockFile } from './lock-file.ts'
import { matchOperations } from './match-operations.ts'
import { lockedToolOf } from './tool-facts.ts'

/** A tool as it is compared: from a catalogue, or from a lock file, which knows less. */
export interface ComparedTool extends LockedTool {
  readonly api: string
  /** Only of a catalogue's tools. */
  readonly tool: Pick<Tool, 'inputSchema' | 'description'> | undefined
}

/** One tool that is there on both sides and not the same. */
export interface ToolChange {
  /** Its name now. */
  readonly name: string
  readonly api: string
  /** Now, `GET /invoices/{id}`. */
  readonly operation: string
  /** What is different, each in words: `the argument limit is new`. */
  readonly changes: readonly string[]
  /** What of it makes the tool riskier; empty where nothing does. */
  readonly risks: readonly string[]
}

/** A tool that is there on one side only. */
export interface OneSidedTool {
  readonly name: string
  readonly api: string
  readonly operation: string
  readonly tier: Tool['tier']
}

/** What is different between two catalogues; each list in the order of the names. */
export interface CatalogueDifference {
  readonly added: readonly OneSidedTool[]
  readonly removed: readonly OneSidedTool[]
  /** The riskier ones included. */
  readonly changed: readonly ToolChange[]
  readonly riskier: readonly ToolChange[]
}

/**
 * Compares two catalogues, tool by tool; a tool is the same one where its operation is (see
 * {@link matchOperations}), whatever it is called. Makes the schemas of both, so not for the path of a call.
 */
export function compareCatalogues(
  before: Pick<Catalogue, 'tools'>,
  now: Pick<Catalogue, 'tools'>,
): CatalogueDifference {
  return compareTools(comparedTools(before), comparedTools(now))
}

/**
 * The same between the catalogue that serves and the next one, as work that may be interrupted. Tools that are
 * listed word for word as before, and forwarded likewise, are not looked at more closely: mostly, that is all.
 */
export function* compareInSlices(
  before: Pick<Catalogue, 'tools'>,
  now: Pick<Catalogue, 'tools'>,
): Sliced<CatalogueDifference> {
  const earlier = new Map(before.tools.map(tool => [tool.name, tool]))
  const same = new Set<string>()
  for (const tool of now.tools) {
    yield
    const was = earlier.get(tool.name)
    if (was !== undefined && isListedAlike(was, tool)) same.add(tool.name)
  }
  const sides: ComparedTool[][] = [[], []]
  for (const [side, { tools }] of [before, now].entries()) {
    for (const tool of tools) {
      if (same.has(tool.name)) continue
      yield
      sides[side]?.push(...comparedTools({ tools: [tool] }))
    }
  }
  const [left = [], right = []] = sides
  return yield* comparing(left, right)
}

/** The definition holds name, texts, hints and schemas; the rest is what no client sees. */
function isListedAlike(was: Tool, is: Tool): boolean {
  return (
    was.api === is.api &&
    was.operation.method === is.operation.method &&
    was.operation.path === is.operation.path &&
    was.operation.operationId === is.operation.operationId &&
    was.tier === is.tier &&
    was.when?.source === is.when?.source &&
    was.plan.baseUrl === is.plan.baseUrl &&
    was.scopes.join(' ') === is.scopes.join(' ') &&
    [...was.bind.keys()].sort().join(' ') === [...is.bind.keys()].sort().join(' ') &&
    // What is asked is compiled for calls only.
    was.asksUser !== true &&
    is.asksUser !== true &&
    was.isCallable !== false &&
    is.isCallable !== false &&
    was.definition === is.definition
  )
}

/** The same for what {@link comparedTools} and {@link lockedTools} give. */
export function compareTools(
  before: readonly ComparedTool[],
  now: readonly ComparedTool[],
): CatalogueDifference {
  return runAtOnce(comparing(before, now))
}

function* comparing(
  before: readonly ComparedTool[],
  now: readonly ComparedTool[],
): Sliced<CatalogueDifference> {
  const pairs = new Map<ComparedTool, ComparedTool>()
  for (const [api, own] of Map.groupBy(now, ({ api }) => api)) {
    const earlier = before.filter(one => one.api === api)
    for (const [later, match] of matchOperations(earlier, own)) pairs.set(later, match)
  }
  const kept = new Set(pairs.values())
  const all: ToolChange[] = []
  for (const [later, earlier] of pairs) {
    yield
    const change = changeOf(earlier, later)
    if (change.changes.length + change.risks.length > 0) all.push(change)
  }
  const changed = all.toSorted(byName)
  return {
    added: now
      .filter(one => !pairs.has(one))
      .map(oneSided)
      .toSorted(byName),
    removed: before
      .filter(one => !kept.has(one))
      .map(oneSided)
      .toSorted(byName),
    changed,
    riskier: changed.filter(({ risks }) => risks.length > 0),
  }
}

/**
 * A catalogue's tools, ready to be compared.
 *
 * @param apis - where a lock file is compared, which leaves out backends that the configuration chose
 */
export function comparedTools(
  { tools }: Pick<Catalogue, 'tools'>,
  apis: readonly ApiConfig[] = [],
): readonly ComparedTool[] {
  const byName = new Map(apis.map(api => [api.name, api]))
  return tools.map(tool => ({ ...lockedToolOf(tool, byName.get(tool.api)), api: tool.api, tool }))
}

/** A lock file's tools, ready to be compared. */
export function lockedTools(lock: LockFile): readonly ComparedTool[] {
  return [...lock.apis].flatMap(([api, { tools }]) => tools.map(one => ({ ...one, api, tool: undefined })))
}

function oneSided({ name, api, method, path, tier }: ComparedTool): OneSidedTool {
  return { name, api, operation: `${method} ${path}`, tier }
}

function changeOf(before: ComparedTool, now: ComparedTool): ToolChange {
  const risks = findRisks(before, now)
  const changes = [
    ...differing('name', before.name, now.name),
    ...differing('operation', `${before.method} ${before.path}`, `${now.method} ${now.path}`),
    ...differing('operationId', before.operationId ?? 'none', now.operationId ?? 'none'),
    ...differing('tier', before.tier, now.tier),
    ...differing('scope', before.scopes.join(' and '), now.scopes.join(' and ')),
    ...differing('condition', before.when ?? 'none', now.when ?? 'none'),
    ...differing('hints', hintsOf(before), hintsOf(now)),
    ...differing(
      'parameters set by the gateway',
      before.bound.join(' ') || 'none',
      now.bound.join(' ') || 'none',
    ),
    ...differing('asked of the user', askedOf(before), askedOf(now)),
    ...differing('exposed', exposureOf(before), exposureOf(now)),
    ...argumentChanges(before, now),
    ...(before.tool && now.tool && before.tool.description !== now.tool.description
      ? ['the description is another']
      : []),
  ]
  return { name: now.name, api: now.api, operation: `${now.method} ${now.path}`, changes, risks }
}

function differing(what: string, before: string, now: string): readonly string[] {
  return before === now ? [] : [`${what}: ${before} → ${now}`]
}

function hintsOf({ hints }: ComparedTool): string {
  return HINTS.filter(hint => hints[hint]).join(' ') || 'none'
}

function askedOf({ asked, confirm }: ComparedTool): string {
  const yes = confirm === undefined ? [] : [confirm === 'call' ? 'a yes where it can be had' : 'a yes']
  return [...asked, ...yes].join(', ') || 'nothing'
}

function exposureOf({ isCallable }: ComparedTool): string {
  return isCallable ? 'as a tool' : 'as a resource only'
}

function argumentChanges(before: ComparedTool, now: ComparedTool): readonly string[] {
  const earlier = new Map(before.arguments.map(({ name, required }) => [name, required]))
  const later = new Map(now.arguments.map(({ name, required }) => [name, required]))
  const changes: string[] = []
  for (const [name, required] of later) {
    const was = earlier.get(name)
    if (was === undefined) changes.push(`the argument ${name} is new${required ? ' and required' : ''}`)
    else if (was !== required)
      changes.push(`the argument ${name} is ${required ? 'required now' : 'optional now'}`)
  }
  for (const name of earlier.keys()) if (!later.has(name)) changes.push(`the argument ${name} is gone`)
  if (before.schema === now.schema) return changes
  changes.push(...typeChanges(before.tool?.inputSchema, now.tool?.inputSchema))
  return changes.length > 0 ? changes : ['the schema of the arguments is another']
}

function typeChanges(before: JsonObject | undefined, now: JsonObject | undefined): readonly string[] {
  const [earlier, later] = [propertiesOf(before), propertiesOf(now)]
  return Object.keys(later).flatMap(name => {
    if (!Object.hasOwn(earlier, name)) return []
    const [was, is] = [earlier[name], later[name]]
    if (typeOf(was) !== typeOf(is)) return `the argument ${name} is ${typeOf(is)}, it was ${typeOf(was)}`
    return JSON.stringify(withoutTexts(was)) === JSON.stringify(withoutTexts(is))
      ? []
      : `the schema of the argument ${name} is another`
  })
}

function propertiesOf(schema: JsonObject | undefined): JsonObject {
  return schema !== undefined && isJsonObject(schema.properties) ? schema.properties : {}
}

function typeOf(schema: unknown): string {
  const type = isJsonObject(schema) ? schema.type : undefined
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'of any type'
}

function withoutTexts(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema
  const { description: _description, examples: _examples, ...rest } = schema
  return rest
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
