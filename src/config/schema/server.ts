import { z } from 'zod'
import { selectorSchema } from './selector.ts'
import { urlPath } from './values.ts'

/** Clients that differ in what they take; `default` is what all of them take, `full` leaves everything in. */
export const PROFILES = ['auto', 'default', 'claude', 'openai', 'gemini', 'cursor', 'vscode', 'full'] as const

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
  expose: z
    .enum(['tools', 'search'])
    .default('tools')
    .describe(
      '`search`: instead of every tool, the list holds tools to search, to describe and, one per tier, to execute them.',
    ),
  searchAbove: z
    .int()
    .min(1)
    .optional()
    .describe('`expose: search` for callers who may see more than this many tools; default: never.'),
  profile: z
    .enum(PROFILES)
    .default('auto')
    .describe(
      'For which client the list is written; `auto` goes by the client’s name, and what is unknown gets what every client takes.',
    ),
  auth: z
    .array(z.enum(['token', 'bearer', 'headers', 'jwt', 'oauth', 'anonymous']))
    .min(1)
    .optional()
    .describe('Only these schemes sign in here; default: all that are configured.'),
})
