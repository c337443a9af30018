import { type ConfigProblem, configurationInvalid } from '../../../config/problem.ts'
import { isJsonObject } from '../../is-json-object.ts'
import type { JsonObject } from '../../tool.ts'
import type { Overlay, OverlayAction } from './parse-overlay.ts'
import { type Node, selectNodes } from './select-nodes.ts'

/** Thrown where an action can't be carried out, caught below. */
class Incompatible extends Error {}

/** Values that one overlay may put in; documents of 1,000 operations have about 300,000 in all. */
const MAX_ADDED = 2_000_000

/** How many more values an overlay may put in: `copy` can double a document with every action. */
interface Room {
  left: number
}

/**
 * Applies an overlay to a document, in place, action by action (Overlay 1.1 "Action Object"): objects are merged,
 * lists get what is appended, values are replaced, what is removed is gone.
 *
 * @param position - of the overlay in the configuration, for warnings
 * @returns a warning for each action whose target selects nothing
 * @throws PosternError `configuration_invalid` where values don't go together
 */
export function applyOverlay(
  document: JsonObject,
  overlay: Overlay,
  position: number,
): readonly ConfigProblem[] {
  const warnings: ConfigProblem[] = []
  const room: Room = { left: MAX_ADDED }
  for (const [index, action] of overlay.actions.entries()) {
    const path = `actions[${index}]`
    try {
      const nodes = selectNodes(document, action.path)
      if (nodes.length === 0) warnings.push(nothingSelected(overlay, position, path, action))
      else applyAction(document, action, nodes, room)
    } catch (error) {
      if (!(error instanceof Incompatible || error instanceof RangeError)) throw error
      const fix = 'correct `target` or the value'
      throw configurationInvalid(overlay.file, [{ path, message: error.message, fix }])
    }
  }
  return warnings
}

function nothingSelected(
  { file }: Overlay,
  position: number,
  path: string,
  { target }: OverlayAction,
): ConfigProblem {
  return Object.freeze({
    path: `overlays[${position}]`,
    value: target.length > 120 ? `${target.slice(0, 120)}…` : target,
    message: `${path} of ${file} selects nothing in the document`,
    fix: 'correct its `target`, or remove the action',
  })
}

function applyAction(
  document: JsonObject,
  { change }: OverlayAction,
  nodes: readonly Node[],
  room: Room,
): void {
  if (change.kind === 'remove') {
    remove(nodes)
    return
  }
  let value: unknown
  if (change.kind === 'update') value = change.value
  else {
    const [source, ...others] = selectNodes(document, change.from)
    if (source === undefined || others.length > 0) throw new Incompatible('`copy` must select one value')
    value = copyOf(source.value, room)
  }
  if (new Set(nodes.map(node => kindOf(node.value))).size > 1) {
    throw new Incompatible('`target` selects values of several kinds; split the action')
  }
  for (const node of nodes) write(node, value, room)
}

/** From the back of each list, so that positions stay true. */
function remove(nodes: readonly Node[]): void {
  const lists = new Map<unknown[], Set<number>>()
  for (const { parent, key } of nodes) {
    if (parent === undefined) throw new Incompatible('the document itself can’t be removed')
    if (!Array.isArray(parent)) Reflect.deleteProperty(parent, key)
    else lists.set(parent, (lists.get(parent) ?? new Set()).add(Number(key)))
  }
  for (const [list, indices] of lists) {
    const kept = list.filter((_, index) => !indices.has(index))
    list.splice(0, list.length, ...kept)
  }
}

function write({ value: target, parent, key }: Node, value: unknown, room: Room): void {
  if (isJsonObject(target)) {
    if (!isJsonObject(value)) throw new Incompatible('`target` selects an object; an object must be given')
    merge(target, value, room)
  } else if (Array.isArray(target)) {
    for (const item of Array.isArray(value) ? value : [value]) target.push(copyOf(item, room))
  } else if (typeof value === 'object' && value !== null) {
    throw new Incompatible('`target` selects a plain value; a plain value must be given')
  } else if (parent !== undefined) Reflect.set(parent, key, value)
}

/** Merges an update into an object, in place. What is inserted is a copy, since an update may go to many places. */
function merge(target: JsonObject, update: JsonObject, room: Room): void {
  const stack: [JsonObject, JsonObject][] = [[target, update]]
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const [into, from] = pair
    for (const [key, value] of Object.entries(from)) {
      if (!Object.hasOwn(into, key)) into[key] = copyOf(value, room)
      else {
        const present = into[key]
        const [before, after] = [kindOf(present), kindOf(value)]
        if (isJsonObject(present) && isJsonObject(value)) stack.push([present, value])
        else if (Array.isArray(present) && Array.isArray(value))
          for (const item of value) present.push(copyOf(item, room))
        else if (before === 'value' && after === 'value') into[key] = value
        // The specification's own example leaves members empty that say nothing.
        else if (value !== null) {
          throw new Incompatible(
            `${JSON.stringify(key)} is ${NAMES[before]} in the document and ${NAMES[after]} in the update`,
          )
        }
      }
    }
  }
}

/** A copy, if there is room for so many values more. */
function copyOf<T>(value: T, room: Room): T {
  const stack: unknown[] = [value]
  while (stack.length > 0) {
    const next = stack.pop()
    room.left -= 1
    if (room.left < 0) throw new Incompatible('the overlay puts in too many values')
    if (typeof next === 'object' && next !== null) for (const each of Object.values(next)) stack.push(each)
  }
  return structuredClone(value)
}

const NAMES = { object: 'an object', list: 'a list', value: 'a plain value' } as const

function kindOf(value: unknown): keyof typeof NAMES {
  if (Array.isArray(value)) return 'list'
  return isJsonObject(value) ? 'object' : 'value'
}
