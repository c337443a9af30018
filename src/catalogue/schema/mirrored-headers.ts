import type { NamedArgument } from '../arguments/argument.ts'
import { isCredentialName } from '../arguments/sensitive-paths.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** What is looked at of an argument. */
export type MirrorSource = Pick<NamedArgument, 'argument' | 'wire' | 'schemas' | 'notes'>

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean'])

/**
 * The arguments that clients repeat as `Mcp-Param-{name}`, so that what stands in front can route by them:
 * argument → name, as the document's `x-mcp-header` says beside the schema's type (2026-07-28 server/tools
 * "x-mcp-header").
 *
 * A client has to drop a tool whose annotations break that section's rules, so those are left out: names that
 * are no header names or that two arguments share, arguments that are no text, integer or boolean. Secrets are
 * left out too, as headers end up in logs.
 *
 * @param properties - the converted schemas of the arguments
 */
export function mirroredHeaders(
  args: readonly MirrorSource[],
  properties: ReadonlyMap<string, JsonObject>,
): ReadonlyMap<string, string> {
  const wanted = args.flatMap(argument => {
    const name = annotationOf(argument)
    const type = properties.get(argument.argument)?.type
    return name === undefined || !TYPES.has(type) ? [] : [{ argument: argument.argument, name }]
  })
  const counts = new Map<string, number>()
  for (const { name } of wanted) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1)
  return new Map(
    wanted
      .filter(({ name }) => counts.get(name.toLowerCase()) === 1)
      .map(({ argument, name }) => [argument, name]),
  )
}

function annotationOf({ argument, wire, schemas, notes }: MirrorSource): string | undefined {
  const annotated = schemas.filter(isJsonObject).filter(schema => Object.hasOwn(schema, 'x-mcp-header'))
  const name = annotated[0]?.['x-mcp-header']
  if (typeof name !== 'string' || !TOKEN.test(name)) return undefined
  const isSecret = isCredentialName(wire) || isCredentialName(argument) || [...schemas, notes].some(isMarked)
  return isSecret ? undefined : name
}

function isMarked(schema: unknown): boolean {
  if (!isJsonObject(schema)) return false
  return schema.format === 'password' || schema.writeOnly === true || schema['x-sensitive'] === true
}
