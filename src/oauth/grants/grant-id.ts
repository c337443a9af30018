import { randomBytes } from 'node:crypto'

/** A new grant's id: `gra_` and 128 random bits. */
export function newGrantId(): string {
  return `gra_${randomBytes(16).toString('base64url')}`
}
