/**
 * Tools as `tools/list` gives them, in bytes. Making a definition costs far more than keeping it, and a large
 * catalogue's are megabytes: each is kept once per kind of client, mostly as a part of the first list it was in.
 */
import type { Profile } from './profiles/client-limits.ts'
import type { Tool } from './tool.ts'

/** The JSON array of the tools' definitions. Parts of it are kept and given to others: must not be written to. */
export function listDefinitions(tools: readonly Tool[], profile: Profile): Buffer {
  const known = knownTo(profile)
  const entries = tools.map(tool => known.get(tool) ?? textOf(tool, profile))
  const lengths = entries.map(entry => Buffer.byteLength(entry))
  const total = lengths.reduce((sum, length) => sum + length + 1, 1)
  const list = Buffer.allocUnsafeSlow(Math.max(total, 2))
  const fresh = lengths.reduce((sum, length, index) => {
    return typeof entries[index] === 'string' ? sum + length : sum
  }, 0)
  // A part keeps the whole in memory, so that the whole must be mostly such parts.
  const isShared = fresh * 2 >= list.length
  let end = 0
  for (const [index, tool] of tools.entries()) {
    const entry = entries[index] ?? ''
    const start = list.write(index === 0 ? '[' : ',', end) + end
    end = start + (lengths[index] ?? 0)
    if (typeof entry === 'string') {
      list.write(entry, start)
      known.set(tool, isShared ? list.subarray(start, end) : Buffer.from(entry))
    } else list.set(entry, start)
  }
  list.write(tools.length === 0 ? '[]' : ']', end)
  return list
}

/** One tool's entry of such a list. */
export function definitionText(tool: Tool, profile: Profile): string {
  const known = knownTo(profile)
  const bytes = known.get(tool)
  if (bytes !== undefined) return bytes.toString()
  const text = textOf(tool, profile)
  known.set(tool, Buffer.from(text))
  return text
}

/** By kind of client; a tool's go with the tool. */
const all = new Map<Profile, WeakMap<Tool, Buffer>>()

function knownTo(profile: Profile): WeakMap<Tool, Buffer> {
  const known = all.get(profile) ?? new WeakMap<Tool, Buffer>()
  all.set(profile, known)
  return known
}

function textOf(tool: Tool, profile: Profile): string {
  return tool.definitionFor?.(profile) ?? tool.definition
}
