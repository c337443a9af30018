import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { NextPage } from './next-page.ts'

/** The member of a result's `_meta` that holds the arguments of the call that fetches what follows. */
const NEXT_KEY = 'postern/next'

/**
 * The next call, once in words for the model and once ready-made for programs: `arguments` complete, as the
 * caller sent them but for the changes. Sensitive ones and what would only be long are left out and named in
 * `omitted`; what the configuration binds does not appear, it is not the caller’s to know.
 */
export function describeNext(
  { changes, isCertain }: NextPage,
  args: JsonObject,
  tool: Partial<Pick<Tool, 'isSensitive' | 'bind'>>,
): { line: string; meta: string } {
  const kept: [string, unknown][] = []
  const omitted: string[] = []
  let room = LONGEST
  for (const [name, value] of Object.entries(args)) {
    if (Object.hasOwn(changes, name) || tool.bind?.has(name)) continue
    const size = isHarmless(name, value, tool.isSensitive ?? neverSensitive)
      ? (JSON.stringify(value)?.length ?? 0)
      : room + 1
    if (size > room) omitted.push(name.slice(0, LONGEST_NAME))
    else kept.push([name, value])
    if (size <= room) room -= size
  }
  const next = {
    // Own properties even for `__proto__`.
    arguments: Object.fromEntries([...kept, ...Object.entries(changes)]),
    ...(omitted.length > 0 && { omitted: omitted.slice(0, MOST_OMITTED) }),
    ...(!isCertain && { certain: false }),
  }
  const start = isCertain ? 'More: call again' : 'There may be more: call again'
  const line = `${start} with the same arguments and ${wellFormed(changes)}.`
  return { line, meta: `"${NEXT_KEY}":${wellFormed(next)}` }
}

const LONGEST = 4096
const LONGEST_NAME = 64
const MOST_OMITTED = 20
const MOST_VALUES = 200

function neverSensitive(): boolean {
  return false
}

/** Whether nothing in an argument is sensitive, as far as that can be told with a bounded look. */
function isHarmless(name: string, value: unknown, isSensitive: Tool['isSensitive']): boolean {
  const stack: { value: unknown; path: readonly string[] }[] = [{ value, path: [name] }]
  for (let seen = 0; stack.length > 0; seen++) {
    const { value: inner, path } = stack.pop() ?? { value: undefined, path: [] }
    if (seen >= MOST_VALUES || path.length > 16 || isSensitive(path)) return false
    if (typeof inner !== 'object' || inner === null) continue
    const isList = Array.isArray(inner)
    for (const [key, next] of Object.entries(inner)) {
      if (stack.length > MOST_VALUES) return false
      stack.push({ value: next, path: [...path, isList ? '*' : key] })
    }
  }
  return true
}

/** Lone surrogates are written as escapes by `JSON.stringify`, which strict parsers refuse. */
function wellFormed(value: JsonObject): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed() : inner,
  )
}
