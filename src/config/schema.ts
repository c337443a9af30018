/**
 * The configuration file's shape: what an author may write, described for the reference in
 * `docs/configuration.md` and for editors (`docs/postern.schema.json`), both generated from here.
 *
 * The parts are in `schema/`. Checks that need more than one key live in `check-config.ts`; the environment is
 * read in `load.ts`.
 */
import { z } from 'zod'
import { adminSchema } from './schema/admin.ts'
import { apiSchema } from './schema/api.ts'
import { auditSchema } from './schema/audit.ts'
import { entitlementsSchema } from './schema/entitlements.ts'
import { errorNamesSchema } from './schema/error-names.ts'
import { failedSignInsSchema } from './schema/failed-sign-ins.ts'
import type { KeyConfig } from './schema/key-source.ts'
import { limitSchema } from './schema/limit.ts'
import type { ParsedOAuth } from './schema/oauth.ts'
import { promptSchema } from './schema/prompt.ts'
import { publicationSchema } from './schema/publication.ts'
import type { ruleSchema } from './schema/rule.ts'
import { schemeSchema } from './schema/scheme.ts'
import { sealingSchema } from './schema/sealing.ts'
import type { selectorSchema } from './schema/selector.ts'
import { serverSchema } from './schema/server.ts'
import { signingSchema } from './schema/signing.ts'
import { storeSchema } from './schema/store.ts'
import { tlsSchema } from './schema/tls.ts'
import { trustedProxiesSchema } from './schema/trusted-proxies.ts'
import type { upstreamCredentialSchema } from './schema/upstream-credential.ts'
import { duration, expression, httpUrl, scope, size, urlPath } from './schema/values.ts'
import type { verifySchema } from './schema/verify.ts'

const declaredScope = z.strictObject({
  title: z.string().optional().describe('In words, for consent pages.'),
  allow: z
    .array(scope)
    .min(1)
    .describe('The scopes it stands for; its own name alone where it is only given a title.'),
  when: expression('condition')
    .optional()
    .describe('Who can give it to an OAuth client (CEL over principal); default: everybody.'),
})

/** The whole file. Unknown keys are errors everywhere. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema; ignored.'),
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,31}$/,
      'not a name; write at most 32 lower-case letters, digits, _ and -, starting with a letter or digit',
    )
    .describe('serverInfo.name and the default tool prefix.'),
  title: z.string().optional().describe('serverInfo.title, for people.'),
  instructions: z
    .string()
    .optional()
    .describe('Instructions for the model, sent at initialize and server/discover.'),
  publicUrl: httpUrl
    .optional()
    .describe(
      'What clients type, without the endpoint’s path; default: http:// (https:// with `listen.tls`) and the listen address. Absolute URLs derive from it, never from headers.',
    ),
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
      port: z.int().min(0).max(65535).default(8080).describe('Port; 0 takes a free one.'),
      tls: tlsSchema
        .optional()
        .describe('Speaks HTTPS itself; default: plain HTTP, for a proxy in front or this machine alone.'),
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
  trustedProxies: trustedProxiesSchema
    .default([])
    .describe(
      'Proxies in front, as addresses or ranges (`10.0.0.0/8`): from them X-Forwarded-For is believed, for audit and failed sign-ins. Name only those that nobody can get around.',
    ),
  requestLimit: size('4MB').describe('Largest request body.'),
  drain: duration('20s').describe('How long running calls may finish after SIGTERM.'),
  store: storeSchema
    .prefault({ type: 'sqlite', path: './postern.db' })
    .describe('Where tokens and revocations are kept.'),
  apis: z.array(apiSchema).min(1).describe('The REST APIs behind the door.'),
  servers: z
    .array(serverSchema)
    .min(1)
    .prefault([{}])
    .describe('MCP endpoints; default: one at /mcp with every tool.'),
  auth: z.array(schemeSchema).min(1).describe('Ways of signing in, tried in this order.'),
  failedSignIns: z
    .union([failedSignInsSchema, z.literal(false)])
    .prefault({})
    .describe(
      'How many wrong credentials are put up with, on all instances together; past that, credentials that were not seen before wait (429, Retry-After). `false` counts none.',
    ),
  allowAnonymous: z
    .boolean()
    .default(false)
    .describe('Allows the scheme `anonymous` on an address that others can reach.'),
  scopes: z.record(scope, declaredScope).default({}).describe('Scope names that the product already uses.'),
  scopeHierarchy: z
    .boolean()
    .default(true)
    .describe('`manage` includes `write` includes `read` on the same resource.'),
  signing: signingSchema.optional().describe('Keys that sign upstream credentials of type `identity`.'),
  sealing: sealingSchema.optional().describe('Keys that encrypt upstream credentials of type `sealed`.'),
  prompts: z
    .array(promptSchema)
    .max(500)
    .default([])
    .describe('Prompts that people choose in their client, with arguments.'),
  passthrough: z
    .strictObject({
      path: urlPath.describe('Where the plain REST API is served.'),
      api: z.string().describe('Which API.'),
    })
    .optional()
    .describe('Plain REST through the same credentials and policy.'),
  admin: adminSchema
    .optional()
    .describe('The HTTP API that revokes, and makes and lists tokens; default: there is none.'),
  publication: z
    .union([publicationSchema, z.literal(false)])
    .prefault({})
    .describe(
      'What strangers are told without a credential: server cards, the catalog of servers, llms.txt. `false`: nothing.',
    ),
  limits: z
    .array(limitSchema)
    .max(32)
    .default([])
    .describe('How often and at what cost tools may be called; all that fit a call count it.'),
  entitlements: entitlementsSchema
    .optional()
    .describe(
      'What the product says each caller may besides scopes: flags, and roles. Where nobody can say, conditions over them refuse.',
    ),
  errors: errorNamesSchema
    .optional()
    .describe(
      'What the product calls errors: our code → its own, `mcp.scope.denied` or `{ code, message }`. Ours stays beside it as `reason`; HTTP statuses, JSON-RPC numbers and the OAuth endpoints’ errors stay what they are.',
    ),
  audit: auditSchema.default({ to: 'stdout' }).describe('Where a line per call goes, refusals included.'),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least severe level that is written.'),
    })
    .prefault({})
    .describe('The process log, on standard error.'),
  connectPage: z
    .boolean()
    .optional()
    .describe(
      'The page at / that shows people how to connect their clients, to everybody who can reach it. It says what scopes give in numbers, and names tools where `publication.tools` does. Default: there is one, unless `publication` is false.',
    ),
  list: z
    .strictObject({ ttl: duration('5m').describe('How long clients may keep a tool list (ttlMs).') })
    .prefault({})
    .describe('tools/list.'),
})

/** The configuration as its author may write it. */
export type ConfigInput = z.input<typeof configSchema>
/** The file after defaults, units and expressions, before the defaults that derive from other keys. */
export type ParsedConfig = z.output<typeof configSchema>
/** One entry of `apis` after loading: the prefix is there, the credentials are a list. */
export interface ApiConfig extends Omit<ParsedApi, 'tools' | 'credentials'> {
  /** At least one; the first that fits the caller is used. */
  readonly credentials: readonly UpstreamCredentialConfig[]
  readonly tools: ParsedApi['tools'] & { readonly prefix: string }
}
/** One entry of `servers`: an MCP endpoint. */
export type ServerConfig = ParsedConfig['servers'][number]
/** One entry of `auth` after loading: schemes `token` and `oauth` have their prefix. */
export type SchemeConfig = Exclude<TokensCompleted, { type: 'oauth' }> | OAuthConfig
type TokensCompleted = WithDefault<ParsedConfig['auth'][number], { type: 'token' }, 'prefix'>
/** `auth[]` of type `oauth` after loading: the prefix is there, every way of signing in has its name and title. */
export interface OAuthConfig extends Omit<ParsedOAuth, 'prefix' | 'signIn'> {
  readonly prefix: string
  /** Access tokens are presented nowhere else (RFC 6750 section 2.1). */
  readonly header: 'Authorization'
  readonly signIn: readonly SignInConfig[]
}
/** One entry of `signIn` after loading. */
export type SignInConfig = ParsedOAuth['signIn'][number] & { readonly name: string; readonly title: string }
/** `verify` of a scheme: how the product, or a server of tokens, is asked who a caller is. */
export type VerifyConfig = z.output<typeof verifySchema>
/** `verify.introspection` (RFC 7662). */
export type IntrospectionConfig = NonNullable<VerifyConfig['introspection']>
/** `entitlements`, where the product is asked what callers may. */
export type EntitlementsConfig = NonNullable<ParsedConfig['entitlements']>
/** One entry of an API’s rules for operations. */
export type RuleConfig = z.output<typeof ruleSchema>
/** One entry of `prompts` after loading: every message says of what kind it is. */
export interface PromptConfig extends Omit<ParsedPrompt, 'messages' | 'scope'> {
  readonly scopes: readonly string[]
  readonly messages: readonly PromptMessageConfig[]
}
/** One message of a prompt after loading: files are read. */
export type PromptMessageConfig = { readonly role: 'user' | 'assistant' } & (
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'resource'; readonly uri: string }
  | {
      readonly type: 'image' | 'audio'
      readonly file: string | undefined
      /** Base64. */
      readonly data: string
      readonly mimeType: string
    }
)
type ParsedPrompt = ParsedConfig['prompts'][number]
/** One entry of `limits`. */
export type LimitConfig = z.output<typeof limitSchema>
/** Which operations a rule is about. */
export type Selector = z.output<typeof selectorSchema>
/** One entry of an API’s `credentials`. */
export type UpstreamCredentialConfig = z.output<typeof upstreamCredentialSchema>
/** `store` after loading: type `redis` has its key prefix. */
export type StoreConfig = WithDefault<ParsedConfig['store'], { type: 'redis' }, 'keyPrefix'>
/** `signing` and `sealing` after loading: every key's text is there. */
export interface KeysConfig {
  readonly keys: readonly KeyConfig[]
}
/** `publication`, where anything is told. */
export type PublicationConfig = Exclude<ParsedConfig['publication'], false>
/** `admin`, where the API is served. */
export type AdminConfig = NonNullable<ParsedConfig['admin']>
/** `audit`: where the record of calls goes. */
export type AuditConfig = ParsedConfig['audit']

type ParsedApi = ParsedConfig['apis'][number]
/** The union `T` in which the variant `V` has the optional string `K` filled in. */
type WithDefault<T, V, K extends string> = T extends V ? T & { readonly [key in K]: string } : T
