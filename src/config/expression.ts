import { Environment } from '@marcbachmann/cel-js'

/**
 * A CEL expression over the caller, compiled once. Pure; the same principal always yields the same value.
 * Evaluation never throws: an expression that fails at run time (a missing member, a wrong type) yields
 * `undefined`, which every caller treats as a refusal.
 */
export interface Expression {
  /** As the configuration has it. */
  readonly source: string
  /** The value for this principal; CEL integers come as numbers. */
  readonly evaluate: (principal: object) => unknown
}

const environment = new Environment().registerVariable('principal', 'dyn')

/**
 * Compiles a CEL expression whose only variable is `principal`
 * (`subject`, `organization`, `roles`, `scopes`, `scheme`).
 *
 * @throws Error with a message that names the position, if the expression does not parse or type-check.
 */
export function compileExpression(source: string): Expression {
  const program = environment.parse(source)
  const checked = program.check()
  if (!checked.valid) throw new Error(checked.error?.message ?? 'the expression does not type-check')
  return Object.freeze({
    source,
    evaluate(principal: object): unknown {
      try {
        return plainNumber(program({ principal }))
      } catch {
        return undefined
      }
    },
  })
}

function plainNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}
