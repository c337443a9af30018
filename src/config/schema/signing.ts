import { z } from 'zod'
import { keySource } from './key-source.ts'

/** The keys with which Postern signs what it says of callers. */
export const signingSchema = z.strictObject({
  keys: z
    .array(keySource)
    .min(1)
    .max(16)
    .describe(
      'Private keys in PEM, elliptic curve P-256. The first signs; the public parts of all are at `/.well-known/jwks.json`. To replace one, add the new key behind it, and put it first when backends have fetched it.',
    ),
})
