import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import type { ArgumentProblem } from '../tool.ts'
import type { DescribeOptions } from './describe-options.ts'
import { pathOf, pointerOf } from './error-path.ts'
import { schemaAt } from './find-schema.ts'
import { isHiddenAt } from './is-hidden-at.ts'
import { offerExample } from './offer-example.ts'
import { sayExpected } from './say-expected.ts'
import { NOT_SHOWN, shown } from './show-value.ts'

/** One validation error in words that a model can act on. Sensitive values are never in it. */
export function describeProblem(error: ErrorObject, options: DescribeOptions): ArgumentProblem {
  const missing = missingName(error)
  const extra = unexpectedName(error)
  const name = missing ?? extra
  const parts = pathOf(error)
  const path = name === undefined ? parts : [...parts, name]
  const exact = ownSchema(error, missing)
  const schema = schemaAt(options.inputSchema, path) ?? exact
  const value = extra === undefined ? error.data : member(error.data, extra)
  const isHidden = isHiddenAt(path, options)
  return {
    path: pointerOf(path),
    expected: sayExpected(error, schema, options),
    received: missing !== undefined ? undefined : isHidden ? NOT_SHOWN : shown(value),
    example: extra === undefined && !isHidden ? offerExample(schema, exact, options) : undefined,
  }
}

function missingName({ keyword, params }: ErrorObject): string | undefined {
  return keyword === 'required' || keyword === 'dependentRequired'
    ? String(params.missingProperty)
    : undefined
}

function unexpectedName({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'additionalProperties') return String(params.additionalProperty)
  return keyword === 'unevaluatedProperties' ? String(params.unevaluatedProperty) : undefined
}

/** The exact schema of what an error is about. */
function ownSchema({ parentSchema }: ErrorObject, missing: string | undefined): unknown {
  if (missing === undefined) return parentSchema
  const properties = isJsonObject(parentSchema) ? parentSchema.properties : undefined
  return member(properties, missing)
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
