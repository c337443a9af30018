import { z } from 'zod'
import { expression, httpUrl } from './values.ts'

/** `apis[].tenants`: one backend for each tenant, of a closed list. */
export const tenantsSchema = z.strictObject({
  by: expression('text').describe(
    'Which tenant a caller is of (CEL over principal), `principal.organization`; exactly a name under `upstreams`, or the caller is refused.',
  ),
  upstreams: z
    .record(z.string().min(1).max(256), httpUrl)
    .refine(upstreams => Object.keys(upstreams).length > 0, 'no tenants; write at least one, name: URL')
    .describe('Base URL of each tenant’s backend, by the tenant’s name.'),
})
