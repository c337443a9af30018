import fc from 'fast-check'
import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { hostileValues } from '../../hostile-input/hostile-values.ts'
import { NoValue, valueOfSchema } from './value-of-schema.ts'

const { text, key, value } = hostileValues('127.0.0.1:9')
/** Drawn once; picking from them is a thousand times faster than drawing. */
const TEXTS = fc.sample(text, { numRuns: 1_500, seed: 3 })
const KEYS = fc.sample(key, { numRuns: 200, seed: 3 })
const VALUES = fc.sample(value, { numRuns: 800, seed: 3 })

/**
 * Three calls as an attacker would make them, from well-formed arguments: another text wherever the schema takes
 * any, so that it gets as far as it can; some values of another type; more keys.
 *
 * @param seed - the same seed, the same calls
 */
export function hostileArguments(schema: JsonObject, seed: number): readonly JsonObject[] {
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {}
  const pick = picker(seed)
  const make = (freeText?: () => string) => {
    try {
      const making = { amount: 'all', examples: false, alternative: 0, definitions, freeText } as const
      return valueOfSchema(schema, making) as JsonObject
    } catch (error) {
      if (error instanceof NoValue) return {}
      throw error
    }
  }
  const texts = make(() => pick(TEXTS))
  const base = make()
  const types: JsonObject = { ...base }
  for (const name of Object.keys(base)) if (pick([true, false])) types[name] = pick(VALUES)
  const keys: JsonObject = { ...base, [pick(KEYS)]: pick(VALUES) }
  for (const [name, own] of Object.entries(base)) {
    if (isJsonObject(own)) keys[name] = { ...own, [pick(KEYS)]: pick(TEXTS) }
  }
  return [texts, types, keys]
}

/** A small generator of pseudo-random picks (mulberry32). */
function picker(seed: number): <T>(list: readonly T[]) => T {
  let state = (seed + 1) * 0x9e3779b1
  return list => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return list[((mixed ^ (mixed >>> 14)) >>> 0) % list.length] as (typeof list)[number]
  }
}
