import { z } from 'zod'
import { parseDuration } from '../units.ts'
import { addressRange } from './trusted-proxies.ts'
import { duration, expression, headerName, httpUrl, scope } from './values.ts'
import { verifySchema } from './verify.ts'

/** A span of time that no timer counts, at most a year; milliseconds after parsing. */
const lifetime = (fallback: string, shortest: number) =>
  z
    .union([z.string(), z.int().nonnegative()])
    .default(fallback)
    .transform((value, context) => readLifetime(value, shortest, context))
    .meta({ title: 'duration' })

/** The same where it may be left out. */
const optionalLifetime = (shortest: number) =>
  z
    .union([z.string(), z.int().nonnegative()])
    .transform((value, context) => readLifetime(value, shortest, context))
    .optional()
    .meta({ title: 'duration' })

function readLifetime(value: string | number, shortest: number, context: z.RefinementCtx): number {
  const milliseconds = parseDuration(value)
  if (milliseconds !== undefined && milliseconds >= shortest && milliseconds <= YEAR) return milliseconds
  const message =
    milliseconds === undefined
      ? 'not a duration; write 60s, 5m, 12h or 30d'
      : `too ${milliseconds < shortest ? 'short' : 'long'}; write from ${shortest}ms to 365d`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

const YEAR = 365 * 86_400_000

const claim = z.string().min(1).max(256)
const text = z.string().min(1).max(2_048)

/** What all ways of signing in have. */
const way = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'not a name; write at most 32 lower-case letters, digits and -')
    .optional()
    .describe('What grants remember it by; default: its type.'),
  title: z.string().min(1).max(64).optional().describe('What people read on its button: `Acme`.'),
  when: expression('condition')
    .optional()
    .describe('Who may sign in (CEL over principal); default: everybody whom the provider knows.'),
  grant: z
    .array(scope)
    .min(1)
    .optional()
    .describe(
      'Scopes that a person who signs in so can give at most; default: what the answer names, else all that are offered.',
    ),
  ownTokens: z
    .boolean()
    .optional()
    .describe(
      'Whether minted tokens of the same subject and organization are the person’s own, to see and to revoke; default: where this is the only way of signing in.',
    ),
}

const oidcSignIn = z
  .strictObject({
    type: z.literal('oidc'),
    ...way,
    issuer: httpUrl.describe('The company’s OpenID provider.'),
    clientId: text.describe(
      'Postern’s client id there. Its redirect URI is `<publicUrl>/oauth/callback`; at a second and each further provider `<publicUrl>/oauth/callback/<name>`.',
    ),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
    clientSecret: text.optional().describe('Its secret, best from the environment: `${OIDC_SECRET}`.'),
    scope: z.string().default('openid email profile').describe('Scopes that are asked for.'),
    subject: claim.default('sub').describe('Claim with the person’s id (dotted path).'),
    organization: claim.optional().describe('Claim with their organisation.'),
    roles: claim.optional().describe('Claim with their roles: a list of strings or one string with spaces.'),
    scopes: claim.optional().describe('Claim with the scopes that they can give at most, of the same forms.'),
  })
  .describe('The company’s OpenID provider (OpenID Connect Core, code flow with PKCE).')

const productSignIn = z
  .strictObject({
    type: z.literal('product'),
    ...way,
    headers: z
      .array(headerName)
      .min(1)
      .max(4)
      .default(['Authorization'])
      .describe(
        'Headers that together are the product’s credential; `Authorization` means `Bearer <what is typed>`.',
      ),
    labels: z
      .array(z.string().min(1).max(64))
      .optional()
      .describe('What people read beside each field: `[E-mail, API token]`.'),
    subject: headerName.optional().describe('Which of them claims who it is, and is no secret.'),
    help: httpUrl.optional().describe('Page of the product where people find their credential.'),
    verify: verifySchema.describe('How the product verifies it.'),
  })
  .describe('The product’s own credential, typed into Postern’s page and verified with the product.')

const proxySignIn = z
  .strictObject({
    type: z.literal('proxy'),
    ...way,
    from: z
      .array(addressRange)
      .min(1)
      .max(100)
      .describe('Addresses of the authenticating proxy, as the peer of the connection.'),
    subject: headerName.describe('Header with the person’s id, `X-Forwarded-User`.'),
    organization: headerName.optional().describe('Header with their organisation.'),
    roles: headerName.optional().describe('Header with their roles, with commas between them.'),
  })
  .describe('An authenticating proxy in front that names the person in a header.')

/** Known clients whose redirect URIs may be let in by name: see `redirects/presets.ts`. */
export const REDIRECT_PRESETS = [
  'claude',
  'chatgpt',
  'cursor',
  'vscode',
  'codex',
  'windsurf',
  'gemini',
  'antigravity',
  'inspector',
] as const

const redirects = z.strictObject({
  presets: z
    .array(z.enum(REDIRECT_PRESETS))
    .default([...REDIRECT_PRESETS])
    .describe('Known clients whose own redirect URIs are allowed.'),
  loopback: z
    .boolean()
    .default(true)
    .describe(
      'Allows http://localhost, 127.0.0.1 and [::1] with any port and path, for programs on the user’s machine; `false`: only those of the presets.',
    ),
  allow: z
    .array(z.string().min(1).max(2_048))
    .max(1_000)
    .default([])
    .describe(
      'More: a whole redirect URI (`https://tool.acme.com/callback`), an origin with all its paths (`https://tool.acme.com`), a private scheme (`com.acme.tool:`), or `https:` for every https address.',
    ),
})

const configuredClient = z.strictObject({
  id: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'not a client id; write visible ASCII without spaces')
    .describe('Its `client_id`.'),
  name: z.string().min(1).max(64).describe('What people read on the consent page.'),
  redirectUris: z
    .array(text)
    .min(1)
    .max(20)
    .describe('Where its codes may go, exactly; of loopback addresses the port is free.'),
  secret: text
    .optional()
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
    .describe('Its secret, from the environment: `${CLIENT_SECRET}`; default: a public client.'),
  scopes: z.array(scope).min(1).optional().describe('Most that it may have; default: all that are offered.'),
})

const identityProvider = z.strictObject({
  issuer: text.describe('The `iss` of its assertions, to the letter.'),
  jwks: text.optional().describe('URL of its public keys; default: the jwks_uri of its metadata.'),
  clients: z
    .array(text)
    .min(1)
    .optional()
    .describe(
      'Clients (`client_id`) that may bring its assertions; default: every client that proves who it is.',
    ),
  subject: claim.default('sub').describe('Claim with the person’s id.'),
  organization: claim.optional().describe('Claim with their organisation.'),
  roles: claim.optional().describe('Claim with their roles.'),
  grant: z.array(scope).min(1).optional().describe('Scopes at most; default: all that are offered.'),
})

/** The built-in authorization server. */
export const oauthSchema = z
  .strictObject({
    type: z.literal('oauth'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,28}$/, 'not a token prefix; write 1 to 28 letters, digits, _ or -')
      .optional()
      .describe(
        'Start of access tokens (`<prefix>oat_`), refresh tokens (`ort_`) and codes (`oac_`); default: the configuration’s name and `_`.',
      ),
    signIn: z
      .array(z.discriminatedUnion('type', [oidcSignIn, productSignIn, proxySignIn]))
      .max(8)
      .default([])
      .describe('How people sign in; without any, only machines get tokens.'),
    scopes: z
      .array(scope)
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Scopes that clients can ask for; default: the names declared under `scopes`, or else the tiers that the tools have (`read:*`, …).',
      ),
    defaultScopes: z
      .array(scope)
      .min(1)
      .optional()
      .describe(
        'Scopes of a client that asks for none, and of the 401 challenge; default: all that are offered.',
      ),
    accessToken: duration('1h', 60_000).describe('How long an access token lives.'),
    refreshToken: lifetime('30d', 60_000).describe('How long a refresh token lives from its last use.'),
    connection: optionalLifetime(60_000).describe(
      'How long a connection lasts at most, however often it is used; then the person signs in and approves again. Set it where nobody is asked about people at a refresh (`oidc`, `proxy`). Default: as long as it is used.',
    ),
    code: duration('60s', 1_000).describe('How long an authorization code lives, at most 10m.'),
    machineToken: duration('15m', 60_000).describe(
      'How long a token of a machine (client credentials) lives.',
    ),
    refreshGrace: duration('10s').describe(
      'How long a refresh token that was just used may be used again, as several windows of one client do; after that, its use ends the connection.',
    ),
    session: duration('12h', 60_000).describe('How long a browser stays signed in on Postern’s pages.'),
    rememberConsent: lifetime('0s', 0).describe(
      'How long an approval holds for the same person, client, redirect and scopes; asked again all the same where another website sent the browser. Default: people are asked each time.',
    ),
    registration: z
      .strictObject({
        dynamic: z.boolean().default(true).describe('Clients may register themselves (RFC 7591).'),
        documents: z
          .boolean()
          .default(true)
          .describe(
            'Clients may be named by the https URL of their metadata (Client ID Metadata Documents).',
          ),
        unused: lifetime('24h', 60_000).describe(
          'A registered client that nobody connected is deleted after that.',
        ),
        perAddress: z
          .int()
          .min(1)
          .max(10_000)
          .default(20)
          .describe('Registrations from one address in an hour.'),
        most: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .describe(
            'Registrations by everybody together in the time of `unused`: there are never more clients that nobody connected.',
          ),
      })
      .prefault({})
      .describe('Clients that nobody has configured.'),
    redirects: redirects.prefault({}).describe('Where browsers may be sent with a code.'),
    clients: z.array(configuredClient).max(1_000).default([]).describe('Clients that are known beforehand.'),
    identityProviders: z
      .array(identityProvider)
      .max(16)
      .default([])
      .describe(
        'Identity providers whose assertions (ID-JAG) are exchanged for tokens without a consent page.',
      ),
  })
  .describe('OAuth access tokens of the built-in authorization server.')

/** `auth[]` of type `oauth` before the defaults that derive from other keys. */
export type ParsedOAuth = z.output<typeof oauthSchema>
