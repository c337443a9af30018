import { z } from 'zod'
import { keySource } from './key-source.ts'

/** The keys with which Postern encrypts what it keeps. */
export const sealingSchema = z.strictObject({
  keys: z
    .array(keySource)
    .min(1)
    .max(16)
    .describe(
      'Keys of 32 random bytes in base64, as `openssl rand -base64 32` writes them. The first encrypts, all decrypt; what was encrypted with an older one is encrypted anew when it is read.',
    ),
})
