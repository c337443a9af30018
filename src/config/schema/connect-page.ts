import { z } from 'zod'

/** The page at `/` that shows people how to connect their clients. */
export const connectPageSchema = z.strictObject({
  tools: z
    .boolean()
    .optional()
    .describe(
      'Names the tools that each scope opens, to everybody who can reach the page, but for those with `when`. Default: only how many there are, and names where anybody may call them without a credential.',
    ),
})
