import { z } from 'zod'
import { headerName } from './values.ts'

/** One way in which a call signs in at the REST backend. */
export const upstreamCredentialSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }).describe('No credential.'),
  z
    .strictObject({ type: z.literal('forward') })
    .describe('The caller’s own (schemes `bearer` and `headers` only).'),
  z
    .strictObject({
      type: z.literal('static'),
      header: headerName.default('Authorization').describe('Header that carries it.'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
      value: z.string().min(1).describe('Its value, best from the environment: `Bearer ${BACKEND_TOKEN}`.'),
    })
    .describe('The same credential for every caller.'),
])
