import { guardArguments } from './arguments/guard-arguments.ts'
import { sensitivePaths } from './arguments/sensitive-paths.ts'
import { createValidator } from './arguments/validate-arguments.ts'
import type { ToolDraft } from './draft-tool.ts'
import { once } from './once.ts'
import type { PathIndex } from './paths/path-index.ts'
import { inputSchema } from './schema/input-schema.ts'
import type { JsonObject, Tool } from './tool.ts'

/** Above this many characters, a schema shares its definitions instead of repeating them. */
const ROOMY = 16_000

/**
 * Makes the tool of a draft. The advertised schema, the entry of `tools/list` and the validation are made when
 * they are first asked for, then kept.
 *
 * @param paths - the operations of the document with the tool's method, by path
 */
export function buildTool(draft: ToolDraft, name: string, paths: () => PathIndex<string>): Tool {
  const { context, open, plan, source } = draft
  const schema = once(() => advertise(draft))
  const schemas = new Map(open.map(({ argument, schemas: own, notes }) => [argument, [...own, notes]]))
  const isSensitive = sensitivePaths(schemas, context.resolveReference)
  const guard = guardArguments({
    plan,
    arguments: open,
    paths,
    path: source.path,
    isCredentialParameter: context.isCredentialParameter,
  })
  const validate = createValidator({
    compileCheck: context.compileCheck,
    schema: () => inputSchema(open, context.forValidation, false),
    inputSchema: () => schema().value,
    isSensitive,
    guard,
  })
  const definition = once(() => define(draft, name, schema().text))
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
      return schema().value
    },
    get definition(): string {
      return definition()
    },
    validate,
    guardBound: guard,
    bind: draft.bind,
    plan,
    isSensitive,
  })
}

function advertise({ context, open }: ToolDraft): { value: JsonObject; text: string } {
  const roomy = inputSchema(open, context.forModel(true), true)
  const text = JSON.stringify(roomy)
  if (text.length <= ROOMY) return { value: Object.freeze(roomy), text }
  const tight = inputSchema(open, context.forModel(false), true)
  const shorter = JSON.stringify(tight)
  if (shorter.length >= text.length) return { value: Object.freeze(roomy), text }
  return { value: Object.freeze(tight), text: shorter }
}

/** MCP `Tool`, serialised once; the schema's text is put in as it is. */
function define({ title, description, hints }: ToolDraft, name: string, schema: string): string {
  const annotations = {
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  }
  const head = JSON.stringify({ name, ...(title === undefined ? {} : { title }), description })
  return `${head.slice(0, -1)},"inputSchema":${schema},"annotations":${JSON.stringify(annotations)}}`
}
