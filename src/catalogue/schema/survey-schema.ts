import { isSimplePattern } from '../arguments/is-simple-pattern.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { subschemas } from './subschemas.ts'

/** What there is in a schema, without what it refers to. */
export interface SchemaSurvey {
  /** How many schemas it consists of, itself among them. */
  readonly schemas: number
  /** Each `$ref` in it → how often it is there. */
  readonly references: ReadonlyMap<string, number>
  /** Whether it has a pattern that may backtrack, or one for names of members. */
  readonly hasRiskyPattern: boolean
}

const surveys = new WeakMap<object, SchemaSurvey>()

/**
 * Looks through a converted schema (`convert-schema.ts`), once: the definitions of a document are asked about for
 * each of the tools that lead to them. The schema must not change afterwards.
 */
export function surveySchema(schema: unknown): SchemaSurvey {
  if (!isJsonObject(schema)) return NOTHING
  let survey = surveys.get(schema)
  if (survey === undefined) {
    survey = look(schema)
    surveys.set(schema, survey)
  }
  return survey
}

const NOTHING: SchemaSurvey = { schemas: 0, references: new Map(), hasRiskyPattern: false }

function look(root: JsonObject): SchemaSurvey {
  const references = new Map<string, number>()
  let schemas = 0
  let hasRiskyPattern = false
  const stack: unknown[] = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isJsonObject(node)) continue
    schemas += 1
    if (typeof node.$ref === 'string') references.set(node.$ref, (references.get(node.$ref) ?? 0) + 1)
    hasRiskyPattern ||=
      node.patternProperties !== undefined ||
      (typeof node.pattern === 'string' && !isSimplePattern(node.pattern))
    stack.push(...subschemas(node))
  }
  return { schemas, references, hasRiskyPattern }
}
