import { z } from 'zod'
import { carrier, duration, optionalDuration, scope } from './values.ts'

/**
 * Signature algorithms that can be allowed, RFC 7518 section 3.1, RFC 8037 and RFC 9864. All are asymmetric: with
 * a shared secret every verifier could sign, and a public key could be passed off as one.
 */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

/** A claim's name, or names joined by dots for one inside another. */
const claim = z.string().min(1).max(256)

const audience = z
  .string()
  .min(1)
  .max(2_048)
  .refine(value => value === value.trim(), 'starts or ends with a space; write it as the token has it')

/** JWTs of an identity provider. */
export const jwtSchema = z
  .strictObject({
    type: z.literal('jwt'),
    issuer: z
      .string()
      .min(1)
      .max(2_048)
      .describe('Who signs them: the `iss` of the tokens, to the letter; a slash at the end counts.'),
    audience: z
      .union([audience, z.array(audience).min(1)])
      .describe(
        'The `aud` that says a token is meant for this server, usually its public URL with the endpoint’s path; of a list, one must be there.',
      ),
    jwks: z
      .string()
      .max(2_048)
      .optional()
      .describe('URL of the issuer’s public keys; default: the jwks_uri of its metadata.'),
    header: carrier,
    algorithms: z
      .array(z.enum(JWT_ALGORITHMS))
      .min(1)
      .default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])
      .describe('Signature algorithms that are taken.'),
    types: z
      .array(z.string().regex(/^[A-Za-z0-9!#$&^_.+/-]+$/, 'not a media type; write at+jwt or JWT'))
      .min(1)
      .default(['at+jwt', 'JWT'])
      .describe('Values of the header’s `typ` that are taken; a token without `typ` counts as `JWT`.'),
    subject: claim.default('sub').describe('Claim with the caller’s id (dotted path).'),
    organization: claim.optional().describe('Claim with the caller’s organisation.'),
    scopes: claim
      .default('scope')
      .describe('Claim with the scopes: a list of strings or one string with spaces.'),
    roles: claim.optional().describe('Claim with the roles, of the same forms.'),
    grant: z.array(scope).min(1).optional().describe('Scopes of every caller, besides those of the token.'),
    clockSkew: duration('30s').describe(
      'By how much the issuer’s clock and this one may differ, at most 5m.',
    ),
    maxAge: optionalDuration(1_000).describe(
      'Oldest token taken, by its `iat`; default: only `exp` ends it.',
    ),
    cache: duration('30s').describe('How long a verified token is taken without verifying it again.'),
    keys: z
      .strictObject({
        refresh: duration('10m', 1_000).describe(
          'How long the issuer’s keys are used before they are asked for again.',
        ),
        keep: duration('1h', 1_000).describe('How long they are used while the issuer can’t be asked.'),
      })
      .prefault({})
      .describe('The issuer’s keys. An unknown key is asked for at once, within limits.'),
  })
  .describe('JWTs of an identity provider, verified with its public keys.')
