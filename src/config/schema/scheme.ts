import { z } from 'zod'
import { jwtSchema } from './jwt.ts'
import { oauthSchema } from './oauth.ts'
import { carrier, headerName, httpUrl, scope } from './values.ts'
import { verifySchema } from './verify.ts'

const help = httpUrl
  .optional()
  .describe('Page of the product where people get theirs; the connect page leads there.')

/** One way of signing in. */
export const schemeSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('token'),
      prefix: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,32}$/, 'not a token prefix; write 1 to 32 letters, digits, _ or -')
        .optional()
        .describe('Start of every minted token; default: the configuration’s name and `_pat_`.'),
      header: carrier,
    })
    .describe('Tokens minted and stored by Postern.'),
  z
    .strictObject({
      type: z.literal('bearer'),
      prefix: z
        .string()
        .regex(/^[\x21-\x7e]{1,32}$/, 'not a token prefix; write 1 to 32 visible ASCII characters')
        .optional()
        .describe('Only tokens that start so are taken by this scheme.'),
      header: carrier,
      help,
      verify: verifySchema.describe('How the product verifies it.'),
    })
    .describe('The product’s own token, verified by the product.'),
  z
    .strictObject({
      type: z.literal('headers'),
      headers: z
        .array(headerName)
        .min(1)
        .max(4)
        .describe('Headers that together are the credential, `[Email, Token]`.'),
      subject: headerName.optional().describe('Which of them claims who is calling.'),
      help,
      verify: verifySchema.describe('How the product verifies them.'),
    })
    .describe('The product’s own headers, verified by the product.'),
  jwtSchema,
  oauthSchema,
  z
    .strictObject({
      type: z.literal('anonymous'),
      scopes: z.array(scope).min(1).describe('Scopes of a caller without any credential.'),
    })
    .describe(
      'Callers without a credential; refused unless allowAnonymous is set, or listen.host and every name in publicUrl and allowedHosts is loopback.',
    ),
])
