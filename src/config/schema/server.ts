import { z } from 'zod'
import { selectorSchema } from './selector.ts'
import { urlPath } from './values.ts'

/** One MCP endpoint: a path with a selection of the tools and of the ways to sign in. */
export const serverSchema = z.strictObject({
  path: urlPath.default('/mcp').describe('URL path of this MCP endpoint.'),
  title: z.string().optional().describe('serverInfo.title of this endpoint.'),
  instructions: z.string().optional().describe('Instructions for the model, instead of the general ones.'),
  tools: z
    .array(selectorSchema)
    .min(1)
    .optional()
    .describe('Only tools whose operation matches one of these; default: all.'),
  apis: z.array(z.string()).min(1).optional().describe('Only tools of these APIs; default: all.'),
  auth: z
    .array(z.enum(['token', 'bearer', 'headers', 'anonymous']))
    .min(1)
    .optional()
    .describe('Only these schemes sign in here; default: all that are configured.'),
})
