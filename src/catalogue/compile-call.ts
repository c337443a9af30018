import { advertiseTool } from './advertise-tool.ts'
import { guardArguments } from './arguments/guard-arguments.ts'
import { mayDrop } from './arguments/may-drop.ts'
import { sensitivePaths } from './arguments/sensitive-paths.ts'
import { createValidator } from './arguments/validate-arguments.ts'
import { compileAsking } from './asking/compile-asking.ts'
import type { ToolDraft } from './draft-tool.ts'
import { once } from './once.ts'
import type { PathIndex } from './paths/path-index.ts'
import { createUnalias } from './profiles/unalias.ts'
import { inputSchema } from './schema/input-schema.ts'

/** What of a tool only calls need. */
export type CompiledCall = ReturnType<typeof compileCall>

/**
 * Compiles what only calls need; what costs is made on the first use of each. Keeps the draft.
 *
 * @param paths - the operations of the document with the tool's method, by path
 */
export function compileCall(draft: ToolDraft, paths: () => PathIndex<string>) {
  const { context, open, asking, plan, source, bind, answer } = draft
  const { schemas: forms } = context
  const unalias = once(() => {
    const { converter, advertiseArgument } = forms.forModel()
    return createUnalias(open.map(advertiseArgument), converter.definition)
  })
  const given = asking === undefined ? open : [...open, ...asking.asked]
  const schemas = new Map(given.map(({ argument, schemas: own, notes }) => [argument, [...own, notes]]))
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
    inputSchema: () => advertiseTool(draft, 'full'),
    isSensitive,
    guard,
    unalias,
    mayDrop: mayDrop(open, source.method),
  })
  const asked = asking && compileAsking(draft, asking, { isSensitive, guard })
  return { bind, asked, plan, isSensitive, guard, validate, repair, unalias, answer }
}
