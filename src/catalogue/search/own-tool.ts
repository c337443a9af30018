import { createCheckCompiler } from '../arguments/compile-check.ts'
import { createValidator } from '../arguments/validate-arguments.ts'
import type { Hints, JsonObject, Tier, Tool } from '../tool.ts'

/** What makes a tool that the gateway answers itself. */
export interface OwnToolOptions {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly tier: Tier
  readonly hints: Hints
  readonly inputSchema: JsonObject
}

/**
 * A tool of the gateway's own, in the form of all others so that lists, header checks and audit take it as they
 * are. It stands for no operation: it has no scope and its plan leads nowhere. The policy is never asked for it and
 * nothing is sent for it; who may use it follows from the tools behind it.
 */
export function ownTool({ name, title, description, tier, hints, inputSchema }: OwnToolOptions): Tool {
  const annotations = {
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  }
  return Object.freeze({
    name,
    title,
    description,
    api: '',
    operation: {
      operationId: undefined,
      method: 'POST',
      path: '/',
      tags: [],
      deprecated: false,
      pointer: '#',
    },
    tier,
    resource: 'tools',
    scopes: [],
    hints,
    when: undefined,
    cost: 0,
    inputSchema,
    definition: JSON.stringify({ name, title, description, inputSchema, annotations }),
    ...createValidator({
      compileCheck: createCheckCompiler(),
      schema: () => inputSchema,
      inputSchema: () => inputSchema,
      isSensitive: () => false,
      guard: () => [],
      // A filter that says nothing is as good as left out.
      mayDrop: (_, value) => value === null || value === '',
    }),
    guardBound: () => [],
    bind: new Map(),
    plan: {
      method: 'POST',
      baseUrl: 'http://own-tool.invalid',
      path: ['/'],
      query: [],
      headers: [],
      cookies: [],
      body: undefined,
      accept: 'application/json',
    },
    isSensitive: () => false,
  })
}
