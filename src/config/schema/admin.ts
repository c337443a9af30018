import { z } from 'zod'
import { readWebhookSecret } from '../webhook-secret.ts'
import { urlPath } from './values.ts'

const webhookSecret = z
  .string()
  .refine(
    text => readWebhookSecret(text) !== undefined,
    'not a webhook secret; write whsec_ and 24 to 64 random bytes in base64, as `echo whsec_$(openssl rand -base64 32)` does',
  )

/** The HTTP API for revocations and tokens. */
export const adminSchema = z.strictObject({
  path: urlPath.default('/admin').describe('URL path below which the API is served.'),
  role: z
    .string()
    .min(1)
    .max(256)
    .describe(
      'Role that callers need. Whoever has it can revoke anybody and mint tokens that may do everything, in every organisation.',
    ),
  auth: z
    .array(z.enum(['token', 'bearer', 'headers', 'jwt']))
    .min(1)
    .default(['token'])
    .describe(
      'Only these schemes sign in here. What the product or an identity provider calls a role may be one within an organisation: name `bearer`, `headers` or `jwt` only where theirs means this.',
    ),
  webhook: z
    .strictObject({
      secrets: z
        .array(webhookSecret)
        .min(1)
        .max(8)
        .describe(
          'Secrets (`whsec_…`), from the environment; any of them is taken, so that a new one can come before the old one goes.',
        ),
    })
    .optional()
    .describe(
      'Takes revocations that are signed as the Standard Webhooks specification says, instead of a credential.',
    ),
})
