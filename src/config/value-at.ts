import type { ConfigPath } from './problem.ts'

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(input: unknown, path: ConfigPath): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}
