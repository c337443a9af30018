import { isJsonObject } from '../is-json-object.ts'
import type { SchemaConverter } from '../schema/convert-schema.ts'
import { mirroredHeaders } from '../schema/mirrored-headers.ts'
import type { JsonObject } from '../tool.ts'
import type { AdvertisedArgument } from './advertise-argument.ts'
import { CLIENT_LIMITS, type Profile } from './client-limits.ts'
import { createKeyRewriter, type RewriteSchema } from './keep-references.ts'
import { createRenderer, type RenderSchema } from './render-schema.ts'
import { createTextMeasure, type MeasureText } from './text-size.ts'

/** Writes the input schema of a tool for a client; see {@link createInputAdvertiser}. */
export type AdvertiseInput = (args: readonly AdvertisedArgument[], profile: Profile) => JsonObject

/** Longest input schema in characters, where what is deep inside can be left out; about 2,000 tokens. */
const BUDGET = 8_000
/** Longest one with references, for clients that follow them; where it is longer, it is cut like the others. */
const REFERENCED_BUDGET = 16_000
/** How far down arguments are described, in the renderer's steps, from the farthest that is tried. */
const LEVELS = [14, 10, 8, 6, 5, 4, 3, 2, 1, 0]
const DESCRIPTION = 500
/** Where a description stands beside dozens of others, and is paid for by every conversation. */
const SHORT_DESCRIPTION = 240

/**
 * Makes what writes input schemas for one document: always an object at the root without alternatives, closed.
 *
 * For clients that follow references, schemas stay as they are, with the definitions that they use. For others all is
 * put in its place, as far down as the budget allows; recursive schemas end there too. What is left out is still
 * checked on calls, and the document's own form is accepted whatever was advertised.
 */
export function createInputAdvertiser(converter: SchemaConverter): AdvertiseInput {
  const renderers = new Map<Profile, RenderSchema>()
  const rewriteKeys = createKeyRewriter()
  const measure = createTextMeasure()
  return (args, profile) => {
    const limits = CLIENT_LIMITS[profile]
    if (profile === 'full') return withReferences(args, converter, schema => schema)
    if (limits.references) {
      const referenced = withReferences(args, converter, rewriteKeys)
      if (measure(referenced) <= REFERENCED_BUDGET) return referenced
    }
    const longest = profile === 'default' ? SHORT_DESCRIPTION : DESCRIPTION
    const render = renderers.get(profile) ?? createRenderer(converter.definition, limits, longest)
    renderers.set(profile, render)
    return rootOf(args, renderWithin(args, render, measure))
  }
}

/** All arguments as far down as the budget allows, and then those that every call needs further. */
function renderWithin(
  args: readonly AdvertisedArgument[],
  render: RenderSchema,
  measure: MeasureText,
): ReadonlyMap<string, JsonObject> {
  const renderAt = (required: number, optional: number): ReadonlyMap<string, JsonObject> =>
    new Map(args.map(each => [each.argument, render(each.schema, each.required ? required : optional)]))
  const fits = (properties: ReadonlyMap<string, JsonObject>): boolean => {
    let size = 0
    for (const schema of properties.values()) size += measure(schema)
    return size <= BUDGET
  }
  const shallowest = LEVELS.at(-1) ?? 0
  const all = LEVELS.find(levels => fits(renderAt(levels, levels))) ?? shallowest
  const deeper = LEVELS.find(levels => levels <= all || fits(renderAt(levels, all))) ?? all
  return renderAt(deeper, all)
}

function withReferences(
  args: readonly AdvertisedArgument[],
  converter: SchemaConverter,
  rewrite: RewriteSchema,
): JsonObject {
  const definitions = converter.definitionsFor(args.map(({ schema }) => schema))
  const properties = new Map(args.map(({ argument, schema }) => [argument, rewrite(schema)]))
  const written = Object.entries(definitions).map(([name, schema]) => {
    return [name, isJsonObject(schema) ? rewrite(schema) : schema]
  })
  return {
    ...rootOf(args, properties),
    ...(written.length > 0 ? { $defs: Object.fromEntries(written) } : {}),
  }
}

function rootOf(
  args: readonly AdvertisedArgument[],
  properties: ReadonlyMap<string, JsonObject>,
): JsonObject {
  const all = new Map(properties)
  // The document's types decide, so that every client is asked for the same headers.
  const types = new Map(args.map(({ argument, schema }) => [argument, schema]))
  for (const [argument, header] of mirroredHeaders(args, types)) {
    all.set(argument, { ...properties.get(argument), 'x-mcp-header': header })
  }
  const required = args.filter(argument => argument.required).map(argument => argument.argument)
  return {
    type: 'object',
    properties: Object.fromEntries(all),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  }
}
