import { guardArguments } from './arguments/guard-arguments.ts'
import { mayDrop } from './arguments/may-drop.ts'
import { sensitivePaths } from './arguments/sensitive-paths.ts'
import { createValidator } from './arguments/validate-arguments.ts'
import type { ToolDraft } from './draft-tool.ts'
import { once } from './once.ts'
import type { PathIndex } from './paths/path-index.ts'
import { advertisedArgument } from './profiles/advertise-input.ts'
import type { Profile } from './profiles/client-limits.ts'
import { createUnalias } from './profiles/unalias.ts'
import { inputSchema } from './schema/input-schema.ts'
import { type OutputContract, outputContract } from './schema/output-schema.ts'
import type { AnswerPlan, JsonObject, Tool } from './tool.ts'

/**
 * Makes the tool of a draft. The advertised schema, the entry of `tools/list` and the validation are made when
 * they are first asked for, then kept.
 *
 * @param paths - the operations of the document with the tool's method, by path
 */
export function buildTool(draft: ToolDraft, name: string, paths: () => PathIndex<string>): Tool {
  const { context, open, plan, source } = draft
  const { schemas: forms } = context
  // Made again where it is needed again: kept, it would be most of a large catalogue's memory.
  const args = () => open.map(argument => advertisedArgument(argument, forms.forModel))
  const schema = once(() => Object.freeze(forms.advertiseInput(args(), 'default')))
  const output = once(() => outputOf(draft))
  const unalias = once(() => createUnalias(args(), forms.forModel.definition))
  const schemas = new Map(open.map(({ argument, schemas: own, notes }) => [argument, [...own, notes]]))
  const isSensitive = sensitivePaths(schemas, context.resolveReference)
  const guard = guardArguments({
    plan,
    arguments: open,
    paths,
    path: source.path,
    isCredentialParameter: context.isCredentialParameter,
  })
  const { validate, repair } = createValidator({
    compileCheck: forms.compileCheck,
    schema: () => inputSchema(open, forms.forValidation),
    // With the formats and examples that some clients do not take.
    inputSchema: () => forms.advertiseInput(args(), 'full'),
    isSensitive,
    guard,
    unalias,
    mayDrop: mayDrop(open, source.method),
  })
  const define = (profile: Profile) =>
    definitionOf(draft, name, forms.advertiseInput(args(), profile), outputOf(draft)?.advertised)
  const definition = once(() => define('default'))
  const definitions = new Map<Profile, string>()
  return Object.freeze({
    name,
    title: draft.title,
    description: draft.description,
    api: context.api.name,
    operation: source,
    tier: draft.tier,
    resource: draft.resource,
    scopes: draft.scopes,
    hints: draft.hints,
    when: draft.when,
    get inputSchema(): JsonObject {
      return schema()
    },
    get outputSchema(): JsonObject | undefined {
      return output()?.advertised
    },
    get definition(): string {
      return definition()
    },
    definitionFor(profile: Profile): string {
      if (profile === 'default') return definition()
      const text = definitions.get(profile) ?? define(profile)
      definitions.set(profile, text)
      return text
    },
    get unalias() {
      return unalias()
    },
    validate,
    repair,
    guardBound: guard,
    bind: draft.bind,
    plan,
    isSensitive,
    get answer(): AnswerPlan {
      return draft.answer()
    },
    get checkOutput() {
      return output()?.check
    },
  })
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
