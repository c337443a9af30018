import { z } from 'zod'

const written = {
  chain: z
    .boolean()
    .optional()
    .describe(
      'Ties each line to the one before it by a hash, so that `postern audit verify` finds lines that were changed, removed or moved; default: false.',
    ),
  key: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Secret that the chain’s hashes are made with, at least 32 characters; whoever can write the lines but does not know it can’t make a new chain.',
    ),
  onFailure: z
    .enum(['continue', 'refuse'])
    .optional()
    .describe(
      'While no line can be written: `continue` (default) lets calls go on and counts what is lost, `refuse` answers them with 503.',
    ),
}

/** Where a line per call goes. */
export const auditSchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('stdout'), ...written }).describe('Standard output.'),
  z
    .strictObject({
      to: z.literal('file'),
      path: z.string().min(1).describe('File, relative to this one; appended to.'),
      ...written,
    })
    .describe('A file.'),
  z.strictObject({ to: z.literal('off') }).describe('Nowhere.'),
])
