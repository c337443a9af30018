import type { z } from 'zod'
import { configSchema, type ParsedConfig } from './schema.ts'

/** The result of {@link parseConfig}: the configuration, or everything that is wrong with its shape. */
export type ParseResult =
  | { readonly config: ParsedConfig; readonly issues: readonly [] }
  | { readonly config: undefined; readonly issues: readonly z.core.$ZodIssue[] }

// zod leaves the schema out of the issues it returns; the known keys are noted while they are made.
const knownKeys = new WeakMap<object, readonly string[]>()

/** Validates the data of a configuration file against {@link configSchema}. */
export function parseConfig(input: unknown): ParseResult {
  const result = configSchema.safeParse(input, { error: noteKnownKeys })
  if (result.success) return { config: result.data, issues: [] }
  return { config: undefined, issues: result.error.issues }
}

/** The keys that the schema knows where an issue found others. */
export function knownKeysOf(issue: { readonly keys: readonly string[] }): readonly string[] {
  return knownKeys.get(issue.keys) ?? []
}

function noteKnownKeys(issue: z.core.$ZodRawIssue): undefined {
  const definition: unknown = issue.inst?._zod.def
  if (issue.code !== 'unrecognized_keys' || !isObjectDefinition(definition)) return
  knownKeys.set(issue.keys, Object.keys(definition.shape))
}

function isObjectDefinition(value: unknown): value is { readonly shape: object } {
  return typeof value === 'object' && value !== null && 'shape' in value && typeof value.shape === 'object'
}
