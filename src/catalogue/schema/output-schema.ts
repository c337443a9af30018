import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import type { JsonObject } from '../tool.ts'
import type { DocumentSchemas } from './document-schemas.ts'
import { looseOutput } from './loose-output.ts'

/** What a tool says of its answers, and how they are checked. */
export interface OutputContract {
  /** JSON Schema with an object at the root, as advertised; undefined where nothing is promised. */
  readonly advertised: JsonObject | undefined
  /** What in an answer is not as the document says, in words, at most 20; empty where all is. */
  readonly check: (structured: unknown) => readonly string[]
}

/** Where the answers' schema comes from. */
export interface OutputSource {
  /** The document's schema of the answer. */
  readonly schema: unknown
  readonly mode: 'loose' | 'strict'
  readonly schemas: DocumentSchemas
  readonly resolveReference: ResolveReference
}

/** A stricter schema than this many characters is enforced here, but not sent to everybody. */
const STRICT_BUDGET = 16_000

/** Prepares what a tool says of its answers; undefined where answers are no objects. Checks compile on first use. */
export function outputContract({
  schema,
  mode,
  schemas,
  resolveReference,
}: OutputSource): OutputContract | undefined {
  const loose = looseOutput(schema, resolveReference)
  if (loose === undefined) return undefined
  const check = once(() => {
    const { exact } = schemas.forOutput()
    return schemas.compileOutputCheck()(once(() => rootOf(exact.convert(schema), exact.definitionsFor)))
  })
  return {
    advertised: mode === 'loose' ? loose : strictOutput(schema, schemas),
    check: structured => {
      if (!isJsonObject(structured)) return ['the answer is no object']
      const result = check()(structured)
      if (typeof result === 'string') return result === 'too-large' ? ['nested deeper than 64 levels'] : []
      return result.map(error => `${error.instancePath || '/'} ${error.message ?? 'does not fit'}`)
    },
  }
}

function strictOutput(schema: unknown, schemas: DocumentSchemas): JsonObject | undefined {
  const { model } = schemas.forOutput()
  const converted = model.convert(schema)
  const root = typeof converted.$ref === 'string' ? { ...model.definition(converted.$ref) } : converted
  const { type: _, ...rest } = root
  // The root says `object` whatever it is composed of: clients of 2025 look for it there.
  const written = { type: 'object', ...rootOf(rest, model.definitionsFor) }
  return JSON.stringify(written).length <= STRICT_BUDGET ? written : undefined
}

function rootOf(
  converted: JsonObject,
  definitionsFor: (converted: readonly JsonObject[]) => JsonObject,
): JsonObject {
  const definitions = definitionsFor([converted])
  return Object.keys(definitions).length === 0 ? converted : { ...converted, $defs: definitions }
}
