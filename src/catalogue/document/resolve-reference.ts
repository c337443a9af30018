import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { findNamedPlaces } from './named-places.ts'

/** Where a reference led, or why it led nowhere. */
export type Resolution =
  | { readonly value: unknown; readonly pointer: string }
  | { readonly problem: string; readonly pointer: string }

/** Resolves one reference (`$ref`'s value), without following a reference found there. */
export type ResolveReference = (reference: string) => Resolution

/** Another file of a document: what it holds, or why that can't be had. */
export type DocumentFile = { readonly value: unknown } | { readonly problem: string }

const MAX_CHAIN = 32
const NO_FILES: ReadonlyMap<string, DocumentFile> = new Map()

/**
 * A resolver of references within one document and the files loaded with it: JSON pointers as URI fragments (RFC
 * 6901 section 6), to any place, and anchors. Nothing is ever fetched: what was not loaded with the document is
 * answered with a problem. Answers are remembered.
 *
 * @param files - by the name that references to them start with, `schemas/Pet.yaml`
 */
export function createResolver(
  document: JsonObject,
  files: ReadonlyMap<string, DocumentFile> = NO_FILES,
): ResolveReference {
  const known = new Map<string, Resolution>()
  const anchors = new Map<string, ReadonlyMap<string, unknown>>()
  const fileOf = (name: string): DocumentFile | undefined =>
    name === '' ? { value: document } : files.get(name)
  const anchorsOf = (name: string, value: unknown): ReadonlyMap<string, unknown> => {
    const found = anchors.get(name) ?? findNamedPlaces(value, 'file:///').anchors
    anchors.set(name, found)
    return found
  }
  return reference => {
    const found = known.get(reference) ?? resolve(reference, fileOf, anchorsOf)
    known.set(reference, found)
    return found
  }
}

/**
 * Follows a chain of references until something that is none.
 *
 * @returns the object reached and its pointer, or the problem. A value without `$ref` is its own answer.
 */
export function followReferences(
  resolveReference: ResolveReference,
  value: unknown,
): { readonly value: JsonObject } | { readonly problem: string } {
  let current = value
  for (let step = 0; step < MAX_CHAIN; step++) {
    if (!isJsonObject(current)) return { problem: 'there is no object where one is needed' }
    if (typeof current.$ref !== 'string') return { value: current }
    const found = resolveReference(current.$ref)
    if ('problem' in found) return { problem: found.problem }
    current = found.value
  }
  return { problem: 'a chain of references leads in a circle' }
}

/** A pointer may pass through a reference on its way, `#/paths/~1pets/get` where the path is in another file. */
function resolve(
  reference: string,
  fileOf: (name: string) => DocumentFile | undefined,
  anchorsOf: (name: string, value: unknown) => ReadonlyMap<string, unknown>,
): Resolution {
  let { name, fragment } = splitReference(reference)
  for (let hop = 0; hop < MAX_CHAIN; hop++) {
    const problem = (why: string): Resolution => ({
      problem: `the reference ${quote(reference)} ${why}`,
      pointer: reference,
    })
    const file = fileOf(name)
    if (file === undefined) return problem('leads out of the document, to what was not loaded with it')
    if ('problem' in file) return problem(`can’t be followed: ${file.problem}`)
    const pointer = decodeFragment(fragment)
    if (pointer === undefined) return problem('is no JSON pointer')
    if (pointer !== '' && !pointer.startsWith('/')) {
      const named = anchorsOf(name, file.value)
      return named.has(pointer)
        ? { value: named.get(pointer), pointer: `${name}#${pointer}` }
        : problem('leads nowhere')
    }
    const reached = descend(file.value, pointer)
    if ('value' in reached)
      return { value: reached.value, pointer: name === '' ? pointer : `${name}#${pointer}` }
    if (reached.through === undefined) return problem('leads nowhere')
    const next = splitReference(reached.through)
    name = next.name
    fragment = next.fragment + reached.rest
  }
  return { problem: `the reference ${quote(reference)} leads in a circle`, pointer: reference }
}

/** A reference taken apart: the name of the file, empty for the document itself, and what follows the `#`. */
export function splitReference(reference: string): { name: string; fragment: string } {
  const hash = reference.indexOf('#')
  if (hash < 0) return { name: reference, fragment: '' }
  return { name: reference.slice(0, hash), fragment: reference.slice(hash + 1) }
}

/** What a fragment says once percent-decoded; undefined where it can't be. */
export function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return undefined
  }
}

/** What is at a pointer, or the reference that stands in its way with the rest of the pointer, as a fragment. */
export type Descent =
  | { readonly value: unknown; readonly path: readonly JsonObject[] }
  | { readonly through: string | undefined; readonly at: JsonObject | undefined; readonly rest: string }

/** Goes down from a value along a decoded JSON pointer. */
export function descend(root: unknown, pointer: string): Descent {
  let value = root
  const path: JsonObject[] = []
  const parts = pointer.split('/')
  for (let index = 1; index < parts.length; index++) {
    const key = (parts[index] ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
    if (isJsonObject(value)) path.push(value)
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) {
      value = (value as JsonObject)[key]
      continue
    }
    const through = isJsonObject(value) && typeof value.$ref === 'string' ? value.$ref : undefined
    const rest = parts.slice(index).map(part => `/${part.replaceAll('%', '%25')}`)
    return { through, at: isJsonObject(value) ? value : undefined, rest: rest.join('') }
  }
  return { value, path }
}

function quote(reference: string): string {
  return JSON.stringify(reference.length > 120 ? `${reference.slice(0, 120)}…` : reference)
}
