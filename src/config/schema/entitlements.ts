import { z } from 'zod'
import { place, productRequest } from './place.ts'
import { duration } from './values.ts'

/** What the product says each caller may, besides the scopes of the credential. */
export const entitlementsSchema = z
  .strictObject({
    request: productRequest.describe(
      'Asks the product, with the upstream credential of the caller’s calls; `{subject}` and `{organization}` in the path stand for the caller’s. Redirects are not followed.',
    ),
    api: z.string().optional().describe('Which API is asked; default: the first.'),
    flags: place
      .optional()
      .describe(
        'Where in the answer the flags are (dotted path, or JMESPath): a list of names, or an object of names and true; they become `principal.flags`.',
      ),
    roles: place
      .optional()
      .describe(
        'Where the roles are; they replace those that the credential says, also where nobody can say.',
      ),
    cache: duration('30s').describe(
      'How long an answer holds at most; each one up to a tenth less. What is withdrawn at the product is withdrawn here after that.',
    ),
  })
  .refine(({ flags, roles }) => flags !== undefined || roles !== undefined, {
    message: 'it asks for nothing; write flags, roles or both',
  })
