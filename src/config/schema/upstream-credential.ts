import { z } from 'zod'
import { duration, headerName } from './values.ts'

const tokenHeader = headerName
  .default('Authorization')
  .describe('Header that carries it; `Authorization` means `Bearer <token>`.')

const tokenType = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i, 'not a token type; write the URI of one, urn:…')
  .max(256)

/** A value of a form field that an identity provider is asked with. */
const parameter = z
  .string()
  .min(1)
  .max(2_048)
  .regex(/^[\x20-\x7e]*$/, 'not printable ASCII; remove the other characters')

/** One way in which a call signs in at the REST backend. */
export const upstreamCredentialSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }).describe('No credential.'),
  z
    .strictObject({
      type: z.literal('forward'),
      from: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe('Names of the APIs that verified it; default: this API alone.'),
    })
    .describe('The caller’s own (schemes `bearer` and `headers` only), to the API that verified it.'),
  z
    .strictObject({
      type: z.literal('static'),
      header: headerName.default('Authorization').describe('Header that carries it.'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
      value: z.string().min(1).describe('Its value, best from the environment: `Bearer ${BACKEND_TOKEN}`.'),
    })
    .describe('The same credential for every caller.'),
  z
    .strictObject({
      type: z.literal('identity'),
      header: tokenHeader,
      audience: parameter
        .optional()
        .describe('The `aud` of the token; default: the origin of the API’s backend.'),
    })
    .describe(
      'A JWT of one minute that says who is calling, signed with the first key of `signing`; its `iss` is publicUrl.',
    ),
  z
    .strictObject({
      type: z.literal('exchange'),
      from: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe(
          'Whose tokens are exchanged: issuers of schemes `jwt`, names of APIs that verify schemes `bearer`, or the issuer (else the URL) of their introspection; default: the issuer of the only scheme `jwt`.',
        ),
      tokenEndpoint: z.string().max(2_048).describe('https URL of the identity provider’s token endpoint.'),
      clientId: parameter.describe('Postern’s client id there.'),
      clientSecret: parameter.describe('Its secret, best from the environment.'),
      clientAuthentication: z
        .enum(['client_secret_basic', 'client_secret_post'])
        .default('client_secret_basic')
        .describe('How it is presented.'),
      audience: parameter.optional().describe('Logical name of the backend, as the provider knows it.'),
      resource: parameter.optional().describe('URI of the backend (RFC 8707).'),
      scope: parameter.optional().describe('Scopes of the new token, with spaces between them.'),
      subjectTokenType: tokenType
        .default('urn:ietf:params:oauth:token-type:access_token')
        .describe('What the caller’s token is to the provider.'),
      requestedTokenType: tokenType
        .optional()
        .describe('What is asked for; default: what the provider chooses.'),
      header: tokenHeader,
      timeout: duration('5s', 100).describe('How long the provider may take.'),
    })
    .describe('A token that an identity provider gives for the caller’s own (RFC 8693).'),
  z
    .strictObject({
      type: z.literal('sealed'),
      headers: z
        .array(headerName)
        .min(1)
        .max(4)
        .default(['Authorization'])
        .describe('Headers that together are the credential, `[Email, Token]`.'),
      subject: headerName
        .optional()
        .describe('Which of them says who it is and is no secret; answers may show its value.'),
      schemes: z
        .array(z.enum(['token', 'bearer', 'headers', 'jwt', 'oauth']))
        .min(1)
        .optional()
        .describe(
          'Schemes whose callers have one; needed where several schemes could give one subject to different people.',
        ),
    })
    .describe(
      'What this caller gave when a client was connected (scheme `oauth`, sign-in `product`), or was kept for them with `postern credential set`, encrypted with `sealing`.',
    ),
])
