import type { BodyPlan, JsonObject } from '../catalogue/tool.ts'

/** Writes the JSON body; undefined where none is to be sent. */
export type FillBody = (args: JsonObject) => string | undefined

/** Compiles the body: one argument as it is, or an object of named arguments and nothing else. */
export function compileBody(plan: BodyPlan | undefined): FillBody {
  if (plan === undefined) return () => undefined
  if (plan.kind === 'argument') {
    const { argument } = plan
    return args => (Object.hasOwn(args, argument) ? JSON.stringify(args[argument]) : undefined)
  }
  // Written as text, so that a property called `__proto__` is a property like any other.
  const properties = [...plan.properties].map(([name, argument]) => ({
    key: `${JSON.stringify(name)}:`,
    argument,
  }))
  const empty = plan.required ? '{}' : undefined
  return args => {
    let text = ''
    for (const { key, argument } of properties) {
      if (!Object.hasOwn(args, argument)) continue
      const value = JSON.stringify(args[argument])
      if (value !== undefined) text += (text === '' ? '{' : ',') + key + value
    }
    return text === '' ? empty : `${text}}`
  }
}
