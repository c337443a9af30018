import type { Expression } from '../config/expression.ts'
import type { AnswerPlan } from './answer-plan.ts'
import { documentedAnswer } from './answers/answer-members.ts'
import { compileAnswer } from './answers/compile-answer.ts'
import { fieldsArgument } from './answers/fields-argument.ts'
import type { ArgumentSource, NamedArgument } from './arguments/argument.ts'
import { bindArguments } from './arguments/bind-arguments.ts'
import { compileBody } from './arguments/compile-body.ts'
import { compileParameters, type Notes } from './arguments/compile-parameters.ts'
import { nameArguments } from './arguments/name-arguments.ts'
import { orderParameters } from './arguments/order-parameters.ts'
import { type AskingProblem, type DraftedQuestions, draftAsking } from './asking/draft-asking.ts'
import type { RuleOutcome } from './classify/apply-rules.ts'
import { type Classification, classifyOperation } from './classify/classify-operation.ts'
import { deriveResource } from './classify/derive-resource.ts'
import type { Extension } from './classify/read-extension.ts'
import { securityScopes } from './classify/security-scopes.ts'
import type { DocumentContext } from './document/document-context.ts'
import { operationBaseUrl } from './document/operation-base-url.ts'
import { nameTool } from './naming/name-tools.ts'
import { plainText } from './naming/plain-text.ts'
import { once } from './once.ts'
import { parsePath } from './paths/parse-path.ts'
import { splitTemplate } from './paths/split-template.ts'
import { acceptOf, requestPlan } from './request-plan.ts'
import { offerResource, type ResourceOffer, type ResourceSource } from './resources/offer-resource.ts'
import { successSchema } from './schema/success-schema.ts'
import type { Hints, JsonObject, OperationSource, RequestPlan, Tier } from './tool.ts'

/** A tool that has everything but its final name. */
export interface ToolDraft {
  readonly context: DocumentContext
  readonly source: OperationSource
  /** The name that the configuration or the document gives it, as it is; undefined where it is derived. */
  readonly givenName: string | undefined
  /** Whether the configuration gave it. */
  readonly isConfiguredName: boolean
  readonly derivedName: string
  readonly title: string | undefined
  readonly description: string
  readonly tier: Tier
  readonly resource: string
  readonly scopes: readonly string[]
  readonly hints: Hints
  readonly when: Expression | undefined
  readonly cost: number | undefined
  /** Arguments that callers give; none that the user is asked for. */
  readonly open: readonly NamedArgument[]
  /** What the user is asked before a call; undefined for nearly all. */
  readonly asking: DraftedQuestions | undefined
  /** What the configuration wants to be asked and can't be. */
  readonly askingProblems: readonly AskingProblem[]
  readonly bind: ReadonlyMap<string, Expression>
  readonly plan: RequestPlan
  /** Set where a rule exposes it as a resource: how it is read, or why it can't be. */
  readonly offer: ResourceOffer | undefined
  /** Whether it is a tool, too. */
  readonly isCallable: boolean
  /** The document's schema of the answer; undefined where it may be anything. */
  readonly output: unknown
  /** What is done to its answers; compiled on first use. */
  readonly answer: () => AnswerPlan
  /** What was left out or derived from a name. */
  readonly notes: readonly string[]
  /** Whether anything was left out. */
  readonly isDegraded: boolean
  /** Bindings that found their parameter, see {@link bindArguments}. */
  readonly usedBindings: readonly string[]
  /** Whether its body is sent in the media type that a rule wants. */
  readonly hasWantedMediaType: boolean
}

/** One operation, with what the document and the configuration say about it. */
export interface DraftSource {
  readonly context: DocumentContext
  readonly pathItem: JsonObject
  readonly operation: JsonObject
  readonly source: OperationSource
  readonly rules: RuleOutcome
  readonly extension: Extension
}

const MAX_TITLE = 120
const MAX_DESCRIPTION = 1_024

/**
 * Compiles one operation, all but its name, which depends on the others'.
 * What authority says: configuration, then `x-mcp`, then what is derived.
 *
 * @throws SkippedOperation with the reason and what to do
 */
export function draftTool(from: DraftSource): ToolDraft {
  const { context, pathItem, operation, source, rules, extension } = from
  const notes: Notes = { leftOut: [], remarks: [] }
  const path = parsePath(source.path)
  const { query } = splitTemplate(source.path)
  const parameters = compileParameters(context, pathItem, operation, notes)
  const body = compileBody(
    context,
    operation,
    { method: source.method, mediaType: rules.mediaType?.type },
    notes,
  )
  const derived = classifyOperation(source)
  const tier = rules.tier ?? extension.tier ?? derived.tier
  const ordered = orderParameters(parameters, path, query, notes)
  const sources = [...ordered.sources, ...(body?.sources ?? [])]
  const named = nameArguments([...sources, ...gatewayArguments(from, tier, sources)])
  const sent = named.filter(({ location }) => location !== 'gateway')
  const { bind, open: unbound, all, used } = bindArguments(context, sent, rules.bind, notes)
  const { open, asking, problems: askingProblems } = draftAsking(context, unbound, rules)
  const forCallers = [...open, ...named.filter(({ location }) => location === 'gateway')]
  notes.leftOut.push(...looseSchemas(context, unbound))
  const baseUrl = operationBaseUrl(context, pathItem, operation, notes.remarks)
  const accept = acceptOf(operation, context.resolveReference)
  const { fixedQuery } = ordered
  const { method } = source
  const plan = requestPlan({ method, baseUrl, path, fixedQuery, arguments: all, body, accept })
  if (derived.reason !== undefined && tier === derived.tier) notes.remarks.push(derived.reason)
  notes.remarks.push(...loweredByDocument(from, derived.tier))
  const resource = rules.resource ?? extension.resource ?? deriveResource(source.tags, source.path)
  const scopes = rules.scopes ?? extension.scopes ?? [`${tier}:${resource}`]
  const hints = Object.freeze({ ...hintsOf(derived, tier), ...extension.hints, ...rules.hints })
  const required =
    context.api.scopesFrom === 'security' ? securityScopes(context.loaded.document, operation) : []
  return Object.freeze({
    context,
    source,
    givenName: rules.name ?? extension.name,
    isConfiguredName: rules.name !== undefined,
    derivedName: nameTool(source, context.api.tools.prefix),
    title: rules.title ?? extension.title ?? (plainText(operation.summary, MAX_TITLE) || undefined),
    description: rules.description ?? extension.description ?? describe(operation, source),
    tier,
    resource,
    scopes: Object.freeze([...new Set([...scopes, ...required])]),
    hints,
    when: rules.when,
    cost: rules.cost,
    open: forCallers,
    asking,
    askingProblems,
    bind,
    plan,
    ...exposure({ context, source, path, hints, rules, open }),
    output: rules.result === undefined ? successSchema(operation, context.resolveReference) : undefined,
    answer: once(() => compileAnswer({ context, operation, method: source.method, rules, open: forCallers })),
    notes: [...notes.leftOut, ...notes.remarks],
    isDegraded: notes.leftOut.length > 0,
    usedBindings: used,
    hasWantedMediaType: body?.isWanted === true,
  })
}

function exposure(from: ResourceSource): Pick<ToolDraft, 'offer' | 'isCallable'> {
  const { expose } = from.rules
  const offer = expose?.includes('resource') ? offerResource(from) : undefined
  return { offer, isCallable: expose?.includes('tool') ?? true }
}

/** Arguments that are about the answer; the backend never sees them. */
function gatewayArguments(
  { context, operation }: DraftSource,
  tier: Tier,
  sources: readonly ArgumentSource[],
): readonly ArgumentSource[] {
  if (!context.api.tools.fields || tier !== 'read') return []
  const answer = documentedAnswer(operation, context.resolveReference)
  return [fieldsArgument(sources, answer, context.resolveReference) ?? []].flat()
}

/** What of the arguments' schemas can't be represented, so that the backend alone decides about it. */
function looseSchemas({ schemas }: DocumentContext, open: readonly NamedArgument[]): readonly string[] {
  const problems = open.flatMap(argument => argument.schemas.flatMap(each => schemas.checkSchema(each) ?? []))
  return [...new Set(problems)].map(problem => `${problem}; any value is allowed there`)
}

const TIERS: readonly Tier[] = ['read', 'write', 'manage']

/** Whoever writes the document decides here who may call; a reviewer of the catalogue should see it. */
function loweredByDocument({ rules, extension }: DraftSource, derived: Tier): readonly string[] {
  const { tier, scopes } = extension
  if (rules.scopes === undefined && scopes !== undefined) {
    return [
      `x-mcp in the document lets in whoever has ${scopes.join(' and ')}; a rule with \`scope\` overrides it`,
    ]
  }
  if (rules.tier !== undefined || tier === undefined || TIERS.indexOf(tier) >= TIERS.indexOf(derived))
    return []
  return [
    `x-mcp in the document makes it ${tier}; by itself it would be ${derived}. A rule with \`tier\` overrides it`,
  ]
}

function describe(operation: JsonObject, source: OperationSource): string {
  const summary = plainText(operation.summary, MAX_DESCRIPTION)
  const description = plainText(operation.description, MAX_DESCRIPTION)
  const isRepeated = description.toLowerCase().startsWith(summary.toLowerCase().replace(/\.$/, ''))
  const parts = [source.deprecated ? 'Deprecated.' : '', isRepeated ? '' : sentence(summary), description]
  const text = parts.filter(part => part !== '').join(' ')
  return plainText(text, MAX_DESCRIPTION) || `${source.method} ${source.path}`
}

function sentence(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`
}

/** A tier of `read` that somebody set says that nothing changes, whatever the method. */
function hintsOf(derived: Classification, tier: Tier): Hints {
  if (tier !== 'read' || derived.tier === 'read') return derived.hints
  return { ...derived.hints, readOnly: true, destructive: false }
}
