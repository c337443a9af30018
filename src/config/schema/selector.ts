import { z } from 'zod'
import { method } from './values.ts'

/** Selects operations; every member that is given must match. */
export const selectorSchema = z
  .strictObject({
    tag: z.string().optional().describe('Operations with this tag; `*` matches any part.'),
    path: z
      .string()
      .optional()
      .describe('Path templates; `*` matches within a segment, `**` any number of segments.'),
    operation: z.string().optional().describe('operationId; `*` matches any part.'),
    method: method.optional().describe('HTTP method.'),
    deprecated: z.boolean().optional().describe('Whether the document marks the operation deprecated.'),
  })
  .refine(
    value => Object.keys(value).length > 0,
    'an empty selector would match everything; name at least one of tag, path, operation, method, deprecated',
  )
