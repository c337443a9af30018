import { exampleValue } from '../schema/example-value.ts'
import type { DescribeOptions } from './describe-options.ts'
import { resolveDefinition } from './find-schema.ts'

/**
 * An example of a value that the check takes: the document's own, or one that is made where that one would be refused
 * in its turn (documents are full of examples that do not fit). Undefined where there is none.
 *
 * @param schema - the advertised one, or the part of the exact one
 * @param exact - the part of the exact schema that the value must satisfy; undefined where it is not known
 */
export function offerExample(schema: unknown, exact: unknown, options: DescribeOptions): unknown {
  const resolve = (reference: string) => resolveDefinition(options, reference)
  for (const source of ['document', 'schema'] as const) {
    const example = exampleValue(schema, { resolve, source })
    if (example !== undefined && options.fits(exact, example)) return example
  }
  return undefined
}
