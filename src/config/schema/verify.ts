import { z } from 'zod'
import { duration, scope } from './values.ts'

/** How the product itself verifies a credential, and where its answer says who the caller is. */
export const verifySchema = z.strictObject({
  request: z
    .string()
    .regex(/^(GET|HEAD|POST) \/\S*$/, 'not a request; write the method and the path, for example GET /v1/me')
    .describe('Asked with the credential as presented; a 2xx answer means it is good.'),
  api: z.string().optional().describe('Which API is asked; default: the first.'),
  subject: z.string().default('id').describe('Where in the answer the caller’s id is (dotted path).'),
  organization: z.string().optional().describe('Where the caller’s organisation is.'),
  scopes: z
    .string()
    .optional()
    .describe('Where the scopes are: a list of strings or one string with spaces.'),
  roles: z.string().optional().describe('Where the roles are.'),
  identity: z
    .string()
    .optional()
    .describe(
      'Scheme `headers`: where the answer names what the `subject` header claims; they must be equal.',
    ),
  grant: z
    .array(scope)
    .min(1)
    .optional()
    .describe('Scopes of every caller, for products whose answer names none.'),
  cache: duration('30s').describe('How long a good answer holds.'),
  negativeCache: duration('5s').describe('How long a refusal holds.'),
})
