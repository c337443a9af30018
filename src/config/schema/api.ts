import { z } from 'zod'
import { ruleSchema } from './rule.ts'
import { selectorSchema } from './selector.ts'
import { tenantsSchema } from './tenants.ts'
import { upstreamCredentialSchema } from './upstream-credential.ts'
import { duration, httpUrl, size } from './values.ts'

const tools = z.strictObject({
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{0,32}$/, 'not a tool prefix; write at most 32 letters, digits, _ or -')
    .optional()
    .describe('Put before every tool’s name; default: the configuration’s name and `_`.'),
  uriScheme: z
    .string()
    .regex(
      /^[a-z][a-z0-9+.-]{0,31}$/,
      'not a URI scheme; write at most 32 lower-case letters, digits, + . or -, starting with a letter (RFC 3986 section 3.1)',
    )
    .optional()
    .describe('Scheme of the URIs of what is exposed as a resource; default: the configuration’s name.'),
  include: z
    .array(selectorSchema)
    .min(1)
    .optional()
    .describe('Only operations that match one of these; default: all.'),
  exclude: z.array(selectorSchema).optional().describe('Not operations that match one of these.'),
  rules: z.array(ruleSchema).optional().describe('First to last; later rules win.'),
  outputSchema: z
    .enum(['off', 'loose', 'strict'])
    .default('loose')
    .describe(
      'Whether tools say what they answer: not at all, in a form that no good answer fails, or exactly; an answer that fails a `strict` one is an error.',
    ),
  resultLimit: size('100kB').describe(
    'Longest answer given to the model; longer lists and texts are cut, and the answer says how to get the rest.',
  ),
  fields: z
    .boolean()
    .default(false)
    .describe('Read tools that answer JSON take a `fields` argument: which members to return.'),
  pagination: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('Whether answers with a next page say which arguments fetch it.'),
})

/** One REST backend: its document, its address, how calls sign in, which operations become tools. */
export const apiSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]*$/,
      'not a name of an API; write lower-case letters, digits, _ and -, starting with a letter or digit',
    )
    .describe('Name of the API.'),
  openapi: z.string().min(1).describe('OpenAPI document: a file, relative to this one, or an http(s) URL.'),
  overlays: z
    .array(z.string().min(1))
    .optional()
    .describe('OpenAPI Overlay documents, applied in this order; files, relative to this one.'),
  referenceOrigins: z
    .array(httpUrl)
    .default([])
    .describe(
      'Origins that the document’s references to other documents may lead to, besides its own where it is a URL; default: none.',
    ),
  refresh: duration('5m', 1000).describe('How often a document that is a URL is asked for changes.'),
  approve: z
    .enum(['off', 'riskier'])
    .default('off')
    .describe(
      '`riskier`: a tool that a new document makes riskier stays hidden until the lock file approves it.',
    ),
  upstream: httpUrl
    .optional()
    .describe('Base URL of the REST backend; default: the document’s first absolute server.'),
  upstreams: z
    .array(httpUrl)
    .default([])
    .describe(
      'Further base URLs or origins that servers of paths and operations may name; they get the same credential.',
    ),
  tenants: tenantsSchema
    .optional()
    .describe(
      'A backend for each tenant: calls go to the caller’s and to no other; `upstream` then only verifies credentials.',
    ),
  timeout: duration('30s', 1).describe('How long one call may take, from connecting to the last byte.'),
  connections: z.int().min(1).max(4096).default(128).describe('Most connections kept to the backend.'),
  responseLimit: size('10MB').describe('Largest answer taken from the backend.'),
  credentials: z
    .union([upstreamCredentialSchema, z.array(upstreamCredentialSchema).min(1)])
    .prefault({ type: 'none' })
    .describe(
      'How the call signs in upstream: one way, or several of which the first that fits the caller is used.',
    ),
  tools: tools.prefault({}).describe('Which operations become tools, and how.'),
  scopesFrom: z
    .enum(['security'])
    .optional()
    .describe('`security`: the operation’s own OpenAPI security scopes are required too.'),
})
