import { createHash } from 'node:crypto'

const SAFE = /^[A-Za-z0-9_.-]{1,64}$/
/** Safe to clients, but dangerous as keys of plain objects wherever somebody copies them carelessly. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype'])
const READABLE_LENGTH = 56

/** Whether every client takes this as a property's key. */
export function isSafeKey(key: string): boolean {
  return SAFE.test(key) && !DANGEROUS.has(key)
}

/**
 * The key under which a property is advertised: its own where that is safe, else a readable one with a hash, so
 * that it depends on nothing but the key and is that of no other property (`filter[type]` → `filter_type_5b0c`).
 */
export function safeKey(key: string): string {
  if (isSafeKey(key)) return key
  const readable = key
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+|[_.-]+$/g, '')
    .slice(0, READABLE_LENGTH)
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 6)
  return `${readable === '' ? 'key' : readable}_${hash}`
}
