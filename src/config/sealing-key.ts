import type { ReadKey } from './schema/key-source.ts'

/** Bytes of a key, AES-256's. */
const LENGTH = 32
/** Fewer different bytes are no chance: not one of 10¹⁶ random keys has so few. */
const LEAST_DIFFERENT = 16

/** Reads a key of 32 bytes in base64 or base64url. */
export function readSealingKey(text: string): ReadKey<Buffer> {
  const trimmed = text.trim()
  const key = Buffer.from(trimmed, 'base64url')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed) || key.length !== LENGTH) {
    return { mistake: 'not 32 bytes in base64' }
  }
  return new Set(key).size < LEAST_DIFFERENT ? { mistake: 'the bytes are not random' } : { key }
}
