import { z } from 'zod'
import { parseRedisAddress } from '../redis-address.ts'
import { optionalDuration } from './values.ts'

const redisUrl = z.string().superRefine((value, context) => {
  const parsed = parseRedisAddress(value)
  if ('address' in parsed) return
  const { message, fix } = parsed.mistake
  context.addIssue({ code: 'custom', message, params: { fix } })
})

const secret = z.string().min(1)
const file = z.string().min(1)

const sentinelSchema = z.strictObject({
  host: z.string().min(1).describe('Host name or IP address of a Sentinel.'),
  port: z.int().min(1).max(65_535).default(26_379).describe('Its port.'),
})

const tlsSchema = z.strictObject({
  ca: file
    .optional()
    .describe(
      'PEM file of the certificate authority, relative to this file; default: those that Node.js trusts.',
    ),
  cert: file.optional().describe('PEM file of the gateway’s own certificate, where the server asks for one.'),
  key: file.optional().describe('PEM file of the private key of `cert`.'),
  serverName: z
    .string()
    .min(1)
    .optional()
    .describe('Name that the certificates must be for; default: the host that is connected to.'),
})

const redisSchema = z
  .strictObject({
    type: z.literal('redis'),
    url: redisUrl
      .optional()
      .describe(
        'One server: a redis://, rediss:// (TLS) or unix:/// URL. Either this, `sentinels` or `cluster`.',
      ),
    sentinels: z
      .array(sentinelSchema)
      .min(1)
      .optional()
      .describe('The Sentinels that know which server is the master; more of them are found by themselves.'),
    master: z.string().min(1).optional().describe('What the Sentinels call the master, like `mymaster`.'),
    sentinelUsername: z.string().min(1).optional().describe('User at the Sentinels.'),
    sentinelPassword: secret.optional().describe('Password at the Sentinels.'),
    cluster: z
      .array(redisUrl)
      .min(1)
      .optional()
      .describe(
        'redis:// or rediss:// URLs of some nodes of a Redis Cluster; the others are found by themselves.',
      ),
    username: z.string().min(1).optional().describe('User (ACL); default: Redis’s user `default`.'),
    password: secret.optional().describe('Password, where the URL has none.'),
    db: z
      .int()
      .min(0)
      .max(99_999)
      .optional()
      .describe('Number of the database; default 0. A Cluster has only 0.'),
    tls: tlsSchema
      .optional()
      .describe('How TLS connections are verified, those to Sentinels too. It can’t be switched off.'),
    replicas: z
      .int()
      .min(0)
      .max(10)
      .optional()
      .describe(
        'How many replicas must have a credential or a revocation before it is answered, so that a failover can’t lose it; default 0.',
      ),
    onUnavailable: z
      .enum(['deny', 'stale'])
      .optional()
      .describe(
        'What happens while it can’t be asked, default `deny`: every request is refused (503), or callers who were verified a moment ago go on (`stale`). Limited calls are refused all the same.',
      ),
    stale: optionalDuration(1_000).describe(
      'With `onUnavailable: stale`: how long ago the caller must have been verified at most; default 30s. A revocation can come late by as much.',
    ),
    keyPrefix: z
      .string()
      .regex(/^[\x21-\x7a\x7c\x7e]*$/, 'not a key prefix; write visible ASCII characters without { and }')
      .optional()
      .describe('Put before every key; default: the configuration’s name and `:`.'),
  })
  .refine(
    ({ onUnavailable, stale }) => stale === undefined || onUnavailable === 'stale',
    'stale has no effect while onUnavailable is deny; add onUnavailable: stale, or remove stale',
  )
  .describe('Shared by several instances.')

/** Where tokens and revocations are kept. */
export const storeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('memory') }).describe('Lost at exit; for tests and trials.'),
  z
    .strictObject({
      type: z.literal('sqlite'),
      path: z.string().min(1).describe('File, relative to this one.'),
    })
    .describe('One file on this machine.'),
  redisSchema,
])
