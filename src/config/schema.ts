/**
 * The configuration file's shape: what an author may write, described for the reference in
 * `docs/configuration.md` and for editors (`docs/postern.schema.json`), both generated from here.
 *
 * Checks that need more than one key, the environment or the documents live in `check-config.ts`.
 */
import { z } from 'zod'
import { compileExpression } from './expression.ts'
import { parseDuration, parseSize } from './units.ts'

const duration = (fallback: string) =>
  z
    .union([z.string(), z.int().nonnegative()])
    .default(fallback)
    .transform((value, context) => {
      const milliseconds = parseDuration(value)
      if (milliseconds !== undefined) return milliseconds
      context.addIssue({ code: 'custom', message: 'not a duration; write 500ms, 30s, 5m, 12h or 7d' })
      return z.NEVER
    })

const size = (fallback: string) =>
  z
    .union([z.string(), z.int().positive()])
    .default(fallback)
    .transform((value, context) => {
      const bytes = parseSize(value)
      if (bytes !== undefined) return bytes
      context.addIssue({ code: 'custom', message: 'not a size; write 512kB, 10MB or a number of bytes' })
      return z.NEVER
    })

const expression = z.string().transform((source, context) => {
  try {
    return compileExpression(source)
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `not a CEL expression over \`principal\`: ${error instanceof Error ? error.message : String(error)}`,
    })
    return z.NEVER
  }
})

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'not an HTTP header name')
const urlPath = z
  .string()
  .regex(/^\/[A-Za-z0-9._~/-]*$/, 'must start with / and hold only letters, digits and . _ ~ - /')
  .refine(path => path === '/' || !path.endsWith('/'), 'must not end with /')
const httpUrl = z
  .string()
  .refine(isHttpUrl, 'must be an absolute http or https URL without query, fragment or user')
const method = z
  .string()
  .transform(value => value.toUpperCase())
  .pipe(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']))
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope has no spaces, quotes or backslashes (RFC 6749 3.3)')
const tier = z.enum(['read', 'write', 'manage'])

const selector = z
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

const hints = z.strictObject({
  readOnly: z.boolean().optional().describe('Changes nothing.'),
  destructive: z.boolean().optional().describe('May delete or overwrite.'),
  idempotent: z.boolean().optional().describe('Repeating it has no further effect.'),
  openWorld: z.boolean().optional().describe('Reaches people or systems outside the product.'),
})

const rule = z.strictObject({
  match: selector.describe('Which operations this rule is about; all given members must match.'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a tool name has 1 to 64 letters, digits, _ or -')
    .optional()
    .describe('Whole name of the tool; the prefix is not added.'),
  title: z.string().optional().describe('Name for people.'),
  description: z.string().optional().describe('What the model reads.'),
  tier: tier.optional().describe('How much harm the tool can do.'),
  resource: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/)
    .optional()
    .describe('What the tool acts on; the second half of its scope.'),
  scope: z
    .union([scope, z.array(scope).min(1)])
    .optional()
    .describe('Scope, or scopes that are all required, instead of `tier:resource`.'),
  hints: hints.optional().describe('MCP annotations that differ from the derived ones.'),
  when: expression
    .optional()
    .describe('CEL over `principal`; the tool exists only for callers for whom it is true.'),
  bind: z
    .record(z.string(), expression)
    .optional()
    .describe(
      'Parameters set from the caller (CEL over `principal`); they leave the schema and can’t be set.',
    ),
})

const api = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, _ and -')
    .describe('Name of the API.'),
  openapi: z.string().min(1).describe('OpenAPI document: a file, relative to this one, or an http(s) URL.'),
  upstream: httpUrl
    .optional()
    .describe('Base URL of the REST backend; default: the document’s first absolute server.'),
  timeout: duration('30s').describe('How long one call may take, from connecting to the last byte.'),
  connections: z.int().min(1).max(4096).default(128).describe('Most connections kept to the backend.'),
  responseLimit: size('10MB').describe('Largest answer taken from the backend.'),
  credentials: z
    .union([upstreamCredential(), z.array(upstreamCredential()).min(1)])
    .default({ type: 'none' })
    .describe(
      'How the call signs in upstream: one way, or several of which the first that fits the caller is used.',
    ),
  tools: z
    .strictObject({
      prefix: z
        .string()
        .regex(/^[A-Za-z0-9_-]{0,32}$/)
        .optional()
        .describe('Put before every tool’s name; default: the configuration’s name and `_`.'),
      include: z
        .array(selector)
        .min(1)
        .optional()
        .describe('Only operations that match one of these; default: all.'),
      exclude: z.array(selector).optional().describe('Not operations that match one of these.'),
      rules: z.array(rule).optional().describe('First to last; later rules win.'),
    })
    .prefault({})
    .describe('Which operations become tools, and how.'),
  scopesFrom: z
    .enum(['security'])
    .optional()
    .describe('`security`: the operation’s own OpenAPI security scopes are required too.'),
})

function upstreamCredential() {
  return z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }).describe('No credential.'),
    z
      .strictObject({ type: z.literal('forward') })
      .describe('The caller’s own (schemes `bearer` and `headers` only).'),
    z
      .strictObject({
        type: z.literal('static'),
        header: headerName.default('Authorization').describe('Header that carries it.'),
        value: z.string().min(1).describe('Its value, best from the environment: `Bearer ${BACKEND_TOKEN}`.'),
      })
      .describe('The same credential for every caller.'),
  ])
}

const server = z.strictObject({
  path: urlPath.default('/mcp').describe('URL path of this MCP endpoint.'),
  title: z.string().optional().describe('serverInfo.title of this endpoint.'),
  instructions: z.string().optional().describe('Instructions for the model, instead of the general ones.'),
  tools: z
    .array(selector)
    .min(1)
    .optional()
    .describe('Only tools whose operation matches one of these; default: all.'),
  apis: z.array(z.string()).min(1).optional().describe('Only tools of these APIs; default: all.'),
  auth: z
    .array(z.enum(['token', 'bearer', 'headers', 'anonymous']))
    .min(1)
    .optional()
    .describe('Only these schemes sign in here; default: all that are configured.'),
})

const verify = z.strictObject({
  request: z
    .string()
    .regex(/^(GET|HEAD|POST) \/\S*$/, 'write the method and the path, for example GET /v1/me')
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

const scheme = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('token'),
      prefix: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,32}$/)
        .optional()
        .describe('Start of every minted token; default: the configuration’s name and `_pat_`.'),
      header: headerName
        .default('Authorization')
        .describe('Header that carries it; `Authorization` means `Bearer <token>`.'),
    })
    .describe('Tokens minted and stored by Postern.'),
  z
    .strictObject({
      type: z.literal('bearer'),
      prefix: z
        .string()
        .regex(/^[\x21-\x7e]{1,32}$/)
        .optional()
        .describe('Only tokens that start so are taken by this scheme.'),
      header: headerName
        .default('Authorization')
        .describe('Header that carries it; `Authorization` means `Bearer <token>`.'),
      verify: verify.describe('How the product verifies it.'),
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
      verify: verify.describe('How the product verifies them.'),
    })
    .describe('The product’s own headers, verified by the product.'),
  z
    .strictObject({
      type: z.literal('anonymous'),
      scopes: z.array(scope).min(1).describe('Scopes of a caller without any credential.'),
    })
    .describe(
      'Callers without a credential; refused unless listen.host is loopback or allowAnonymous is set.',
    ),
])

/** The whole file. Unknown keys are errors everywhere. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema; ignored.'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'lower-case letters, digits, _ and -, at most 32')
    .describe('serverInfo.name and the default tool prefix.'),
  title: z.string().optional().describe('serverInfo.title, for people.'),
  instructions: z
    .string()
    .optional()
    .describe('Instructions for the model, sent at initialize and server/discover.'),
  publicUrl: httpUrl
    .optional()
    .describe(
      'What clients type, without the path; default: http://<listen>. Absolute URLs derive from it, never from headers.',
    ),
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
      port: z.int().min(0).max(65535).default(8080).describe('Port; 0 takes a free one.'),
    })
    .prefault({})
    .describe('Where the gateway listens.'),
  allowedHosts: z
    .array(z.string().min(1))
    .optional()
    .describe('Host headers taken besides publicUrl’s and the listen address: `name` or `name:port`.'),
  allowedOrigins: z
    .array(z.string().min(1))
    .optional()
    .describe('Web origins whose pages may call; default: publicUrl’s and loopback.'),
  requestLimit: size('4MB').describe('Largest request body.'),
  drain: duration('20s').describe('How long running calls may finish after SIGTERM.'),
  store: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('memory') }).describe('Lost at exit; for tests and trials.'),
      z.strictObject({
        type: z.literal('sqlite'),
        path: z.string().min(1).describe('File, relative to this one.'),
      }),
      z.strictObject({
        type: z.literal('redis'),
        url: z
          .string()
          .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
          .describe('redis:// or rediss:// URL.'),
        keyPrefix: z
          .string()
          .regex(/^[\x21-\x7a\x7c\x7e]*$/)
          .optional()
          .describe('Put before every key; default: the configuration’s name and `:`.'),
      }),
    ])
    .default({ type: 'sqlite', path: './postern.db' })
    .describe('Where tokens and revocations are kept.'),
  apis: z.array(api).min(1).describe('The REST APIs behind the door.'),
  servers: z
    .array(server)
    .min(1)
    .prefault([{}])
    .describe('MCP endpoints; default: one at /mcp with every tool.'),
  auth: z.array(scheme).min(1).describe('Ways of signing in, tried in this order.'),
  allowAnonymous: z
    .boolean()
    .default(false)
    .describe('Allows the scheme `anonymous` on an address that others can reach.'),
  scopes: z
    .record(
      scope,
      z.strictObject({
        title: z.string().optional().describe('In words, for consent pages.'),
        allow: z.array(scope).min(1).describe('The scopes it stands for.'),
      }),
    )
    .default({})
    .describe('Scope names that the product already uses.'),
  scopeHierarchy: z
    .boolean()
    .default(true)
    .describe('`manage` includes `write` includes `read` on the same resource.'),
  passthrough: z
    .strictObject({
      path: urlPath.describe('Where the plain REST API is served.'),
      api: z.string().describe('Which API.'),
    })
    .optional()
    .describe('Plain REST through the same credentials and policy.'),
  audit: z
    .discriminatedUnion('to', [
      z.strictObject({ to: z.literal('stdout') }),
      z.strictObject({
        to: z.literal('file'),
        path: z.string().min(1).describe('File, relative to this one; appended to.'),
      }),
      z.strictObject({ to: z.literal('off') }),
    ])
    .default({ to: 'stdout' })
    .describe('Where a line per call goes, refusals included.'),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least severe level that is written.'),
    })
    .prefault({})
    .describe('The process log, on standard error.'),
  list: z
    .strictObject({ ttl: duration('5m').describe('How long clients may keep a tool list (ttlMs).') })
    .prefault({})
    .describe('tools/list.'),
})

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
}

/** The configuration as its author may write it. */
export type ConfigInput = z.input<typeof configSchema>
/** The configuration after defaults, units and expressions; frozen by {@link loadConfig}. */
export type ParsedConfig = z.output<typeof configSchema>
export type ApiConfig = ParsedConfig['apis'][number]
export type ServerConfig = ParsedConfig['servers'][number]
export type SchemeConfig = ParsedConfig['auth'][number]
export type VerifyConfig = z.output<typeof verify>
export type RuleConfig = z.output<typeof rule>
export type Selector = z.output<typeof selector>
export type UpstreamCredentialConfig = z.output<ReturnType<typeof upstreamCredential>>
export type StoreConfig = ParsedConfig['store']
export type AuditConfig = ParsedConfig['audit']
