import { z } from 'zod'
import { plainText } from '../naming/plain-text.ts'
import { visibleText } from '../naming/visible-text.ts'
import type { Hints, Tier } from '../tool.ts'

/** What a document's `x-mcp` says about an operation; everything optional. */
export interface Extension {
  readonly name?: string
  readonly title?: string
  readonly description?: string
  readonly tier?: Tier
  readonly resource?: string
  readonly scopes?: readonly string[]
  readonly hints?: Partial<Hints>
}

/** The outcome of reading `x-mcp`. */
export type ExtensionResult =
  | { readonly kind: 'read'; readonly extension: Extension; readonly problems: readonly string[] }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'refused'; readonly problem: string }

const MAX_TITLE = 200

const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
  title: z.string().max(MAX_TITLE).optional(),
  description: z.string().max(4_000).optional(),
  tier: z.enum(['read', 'write', 'manage']).optional(),
  resource: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/)
    .optional(),
  scope: z.union([scope, z.array(scope).min(1)]).optional(),
  hints: z
    .strictObject({
      readOnly: z.boolean().optional(),
      destructive: z.boolean().optional(),
      idempotent: z.boolean().optional(),
      openWorld: z.boolean().optional(),
    })
    .optional(),
  hidden: z.boolean().optional(),
})
/** Members without which nobody gets more than they should. */
const HARMLESS = new Set(['name', 'title', 'description', 'hints'])

/**
 * Reads an operation's `x-mcp`. `false` or `hidden: true` hides it. A mistake in what clients only show is
 * reported and that member ignored; a mistake in who may call (or an unknown member, which may be a misspelt one
 * of those) refuses the operation.
 */
export function readExtension(value: unknown): ExtensionResult {
  if (value === undefined || value === true || value === null)
    return { kind: 'read', extension: {}, problems: [] }
  if (value === false) return { kind: 'hidden' }
  const parsed = schema.safeParse(value)
  if (parsed.success) return extensionOf(parsed.data, [])
  const { issues } = parsed.error
  const members = new Set(issues.map(issue => String(issue.path[0] ?? '')))
  const lines = issues.map(issue => `x-mcp ${issue.path.join('.')}: ${issue.message}`)
  if (![...members].every(member => HARMLESS.has(member))) {
    return { kind: 'refused', problem: lines.join('; ') }
  }
  const kept = Object.entries(value as object).filter(([member]) => !members.has(member))
  return extensionOf(
    schema.parse(Object.fromEntries(kept)),
    lines.map(line => `${line}; it is ignored`),
  )
}

function extensionOf(data: z.output<typeof schema>, problems: readonly string[]): ExtensionResult {
  const { hidden, scope: scopes, title, description, ...others } = data
  if (hidden === true) return { kind: 'hidden' }
  const rest = {
    ...others,
    ...(title !== undefined && { title: plainText(title, MAX_TITLE) }),
    ...(description !== undefined && { description: visibleText(description) }),
  }
  const extension = scopes === undefined ? rest : { ...rest, scopes: [scopes].flat() }
  return { kind: 'read', extension, problems }
}
