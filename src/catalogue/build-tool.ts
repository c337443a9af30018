import { advertiseTool } from './advertise-tool.ts'
import type { AnswerPlan } from './answer-plan.ts'
import { type CompiledCall, compileCall } from './compile-call.ts'
import type { ToolDraft } from './draft-tool.ts'
import type { PathIndex } from './paths/path-index.ts'
import type { Profile } from './profiles/client-limits.ts'
import { type OutputContract, outputContract } from './schema/output-schema.ts'
import type { Hints, JsonObject, Tool } from './tool.ts'

/**
 * Makes the tool of a draft. A catalogue may have thousands, few of which are ever called: a tool keeps what policy
 * and lists ask for, and makes the rest, from the draft, when it is first asked for.
 *
 * @param redraft - makes the same draft again, so that it need not be kept
 * @param pathsOf - the operations of the document with a method, by path
 */
export function buildTool(
  name: string,
  draft: ToolDraft,
  redraft: () => ToolDraft,
  pathsOf: (method: string) => PathIndex<string>,
): Tool {
  return Object.freeze(new CompiledTool(name, draft, redraft, pathsOf))
}

type PathsOf = (method: string) => PathIndex<string>

class CompiledTool implements Tool {
  readonly name: string
  readonly title: string | undefined
  readonly description: string
  readonly api: string
  readonly operation: Tool['operation']
  readonly tier: Tool['tier']
  readonly resource: string
  readonly scopes: readonly string[]
  readonly hints: Tool['hints']
  readonly when: Tool['when']
  readonly cost: number
  readonly isCallable: boolean
  readonly offered: Tool['offered']
  readonly asksUser: boolean
  readonly #redraft: () => ToolDraft
  readonly #pathsOf: PathsOf
  #known: WeakRef<ToolDraft>
  #called: CompiledCall | undefined
  #schema: JsonObject | undefined
  #output: { readonly contract: OutputContract | undefined } | undefined

  constructor(name: string, draft: ToolDraft, redraft: () => ToolDraft, pathsOf: PathsOf) {
    this.name = name
    this.title = draft.title
    this.description = draft.description
    this.api = draft.context.api.name
    this.operation = draft.source
    this.tier = draft.tier
    this.resource = draft.resource
    this.scopes = draft.scopes
    this.hints = sharedHints(draft.hints)
    this.when = draft.when
    this.cost = draft.cost ?? 1
    this.asksUser = draft.asking !== undefined
    this.isCallable = draft.isCallable
    this.offered = draft.offer !== undefined && 'resource' in draft.offer ? draft.offer.resource : undefined
    this.#known = new WeakRef(draft)
    this.#redraft = redraft
    this.#pathsOf = pathsOf
  }

  get inputSchema(): JsonObject {
    this.#schema ??= Object.freeze(advertiseTool(this.#draft(), 'default'))
    return this.#schema
  }

  get outputSchema(): JsonObject | undefined {
    return this.#outputContract()?.advertised
  }

  get definition(): string {
    return this.definitionFor('default')
  }

  definitionFor(profile: Profile): string {
    const draft = this.#draft()
    return definitionOf(draft, this.name, advertiseTool(draft, profile), outputOf(draft)?.advertised)
  }

  get unalias(): Tool['unalias'] {
    return this.#call().unalias()
  }

  get validate(): Tool['validate'] {
    return this.#call().validate
  }

  get repair(): Tool['repair'] {
    return this.#call().repair
  }

  get guardBound(): Tool['guardBound'] {
    return this.#call().guard
  }

  get bind(): Tool['bind'] {
    return this.#call().bind
  }

  get asking(): Tool['asking'] {
    return this.#call().asked
  }

  get plan(): Tool['plan'] {
    return this.#call().plan
  }

  get isSensitive(): Tool['isSensitive'] {
    return this.#call().isSensitive
  }

  get answer(): AnswerPlan {
    return this.#call().answer()
  }

  get checkOutput(): Tool['checkOutput'] {
    return this.#outputContract()?.check
  }

  // Methods: V8 asks its runtime for each use of a private accessor, and a call makes a dozen.

  /** Large, and seldom needed: it is in memory only as long as the garbage collector leaves it there. */
  #draft(): ToolDraft {
    const known = this.#known.deref()
    if (known !== undefined) return known
    const draft = this.#redraft()
    this.#known = new WeakRef(draft)
    return draft
  }

  #call(): CompiledCall {
    this.#called ??= compileCall(this.#draft(), () => this.#pathsOf(this.operation.method))
    return this.#called
  }

  #outputContract(): OutputContract | undefined {
    this.#output ??= { contract: outputOf(this.#draft()) }
    return this.#output.contract
  }
}

/** There are sixteen at most, and thousands of tools have them. */
const HINTS = new Map<string, Hints>()

function sharedHints({ readOnly, destructive, idempotent, openWorld }: Hints): Hints {
  const key = [readOnly, destructive, idempotent, openWorld].map(Number).join('')
  const shared = HINTS.get(key) ?? Object.freeze({ readOnly, destructive, idempotent, openWorld })
  HINTS.set(key, shared)
  return shared
}

function outputOf({ context, output: schema, answer }: ToolDraft): OutputContract | undefined {
  const { resolveReference, schemas, api } = context
  const configured = api.tools.outputSchema
  if (configured === 'off' || schema === undefined) return undefined
  // Of an answer of which only a part is given, no exact promise can be made.
  const mode = configured === 'strict' && answer().reshape !== undefined ? 'loose' : configured
  return outputContract({ schema, mode, schemas, resolveReference })
}

/** MCP `Tool` as text. */
function definitionOf(
  { title, description, hints }: ToolDraft,
  name: string,
  inputSchema: JsonObject,
  outputSchema: JsonObject | undefined,
): string {
  const annotations = {
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  }
  return JSON.stringify({ name, title, description, inputSchema, outputSchema, annotations })
}
