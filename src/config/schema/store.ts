import { z } from 'zod'

/** Where tokens and revocations are kept. */
export const storeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('memory') }).describe('Lost at exit; for tests and trials.'),
  z
    .strictObject({
      type: z.literal('sqlite'),
      path: z.string().min(1).describe('File, relative to this one.'),
    })
    .describe('One file on this machine.'),
  z
    .strictObject({
      type: z.literal('redis'),
      url: z
        .string()
        .regex(/^rediss?:\/\//, 'not a Redis URL; start it with redis:// or rediss://')
        .describe('redis:// or rediss:// URL.'),
      keyPrefix: z
        .string()
        .regex(/^[\x21-\x7a\x7c\x7e]*$/, 'not a key prefix; write visible ASCII characters without { and }')
        .optional()
        .describe('Put before every key; default: the configuration’s name and `:`.'),
    })
    .describe('Shared by several instances.'),
])
