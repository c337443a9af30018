import { z } from 'zod'
import { duration } from './values.ts'

const exact = z
  .string()
  .min(1)
  .max(2_048)
  .refine(value => value === value.trim(), 'starts or ends with a space; write it as the server has it')

/** How an authorization server is asked about a token (RFC 7662). */
export const introspectionSchema = z.strictObject({
  url: z.string().min(1).max(2_048).describe('Its introspection endpoint, over https.'),
  clientId: exact.describe('Who asks: the gateway’s own client.'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
  clientSecret: exact.describe('That client’s secret, best from the environment: `${INTROSPECTION_SECRET}`.'),
  clientAuthentication: z
    .enum(['client_secret_basic', 'client_secret_post'])
    .default('client_secret_basic')
    .describe('How the gateway proves to be that client (RFC 6749 section 2.3.1).'),
  tokenTypeHint: z
    .string()
    .regex(/^[A-Za-z0-9_:./-]{1,64}$/, 'not a token type; write access_token')
    .default('access_token')
    .describe('The `token_type_hint` that is sent.'),
  issuer: exact
    .optional()
    .describe('The `iss` that the answer must have, to the letter; default: not asked.'),
  audience: z
    .union([exact, z.array(exact).min(1)])
    .optional()
    .describe('The `aud` that says a token is meant for this server; of a list, one must be there.'),
  clients: z
    .array(exact)
    .min(1)
    .optional()
    .describe('The clients (`client_id`) whose tokens are taken; default: those of every client.'),
  anyAudience: z
    .boolean()
    .default(false)
    .describe('Takes tokens whoever they are meant for, where neither audience nor clients can be asked.'),
  timeout: duration('5s', 100).describe('Longest wait for its answer, at most 30s.'),
  forward: z
    .boolean()
    .default(false)
    .describe(
      'The tokens are the backend’s own, and may be sent to it (`credentials: forward`). One that was issued for this gateway must not be.',
    ),
})
