import { createHash, randomBytes } from 'node:crypto'

/** What an id names; every id starts with it. */
export type IdPrefix = 'org' | 'usr' | 'ws' | 'con' | 'inv' | 'msg'

/** A new id: prefix, underscore, 64 random bits in hex. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBytes(8).toString('hex')}`
}

/** The id that sample data has for a label: the same in every database. */
export function seededId(prefix: IdPrefix, label: string): string {
  return `${prefix}_${createHash('sha256').update(`${prefix}:${label}`).digest('hex').slice(0, 16)}`
}
