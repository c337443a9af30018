import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** Where a reference led, or why it led nowhere. */
export type Resolution =
  | { readonly value: unknown; readonly pointer: string }
  | { readonly problem: string; readonly pointer: string }

/** Resolves one reference (`$ref`'s value), without following a reference found there. */
export type ResolveReference = (reference: string) => Resolution

const MAX_CHAIN = 32

/**
 * A resolver of references within one document: JSON pointers as URI fragments (RFC 6901 section 6), to any
 * place of the document. References to other documents and to anchors are answered with a problem; nothing is
 * ever fetched. Answers are remembered.
 */
export function createResolver(document: JsonObject): ResolveReference {
  const known = new Map<string, Resolution>()
  return reference => {
    const found = known.get(reference) ?? resolve(document, reference)
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

function resolve(document: JsonObject, reference: string): Resolution {
  if (!reference.startsWith('#')) {
    return {
      problem: `the reference ${quote(reference)} leads out of the document; bundle it into one file`,
      pointer: reference,
    }
  }
  const pointer = decode(reference.slice(1))
  if (pointer === undefined || (pointer !== '' && !pointer.startsWith('/'))) {
    return { problem: `the reference ${quote(reference)} is no JSON pointer`, pointer: reference }
  }
  let value: unknown = document
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return { problem: `the reference ${quote(reference)} leads nowhere`, pointer }
    }
    value = (value as JsonObject)[key]
  }
  return { value, pointer }
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return undefined
  }
}

function quote(reference: string): string {
  return JSON.stringify(reference.length > 120 ? `${reference.slice(0, 120)}…` : reference)
}
