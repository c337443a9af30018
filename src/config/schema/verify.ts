import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath'
import { z } from 'zod'
import { isDottedPath } from '../dotted-path.ts'
import { introspectionSchema } from './introspection.ts'
import { place, productRequest } from './place.ts'
import { duration, headerName, scope } from './values.ts'

/** The same for what says who the caller is: an answer that names nobody must not name somebody. */
const naming = place.superRefine((source, context) => {
  const invented = [null, {}, []].map(answer => valueIn(answer, source)).find(isId)
  if (invented === undefined) return
  context.addIssue({
    code: 'custom',
    message: `an answer that names nobody would be taken for ${JSON.stringify(invented)}`,
    params: {
      fix: 'write an expression without constants, which yields nothing where the answer has nothing',
    },
  })
})

function valueIn(answer: JSONValue, source: string): unknown {
  if (isDottedPath(source)) return undefined
  try {
    return TreeInterpreter.search(compile(source), answer)
  } catch {
    return undefined
  }
}

function isId(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
}

const presented = z
  .strictObject({
    presented: z
      .string()
      .min(1)
      .describe(
        '`token` (scheme `bearer`, without `Bearer`), or a header of the scheme, as it was presented.',
      ),
    prefix: z.string().max(256).optional().describe('Put in front of it: `"Token "`.'),
  })
  .describe('A part of the credential that the caller presented.')

const textOrPresented = z.union([presented, z.string().min(1).max(4_096)])

const body = z.strictObject({
  json: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A JSON object; `{ presented: … }` in it stands for a part of the credential.'),
  form: z
    .record(z.string().min(1), textOrPresented)
    .optional()
    .describe('Fields of a form (application/x-www-form-urlencoded).'),
})

/** How a credential is verified by who issued it, and where the answer says who the caller is. */
export const verifySchema = z
  .strictObject({
    request: productRequest
      .optional()
      .describe(
        'Asks the product with the credential; a 2xx answer means it is good. Redirects are not followed.',
      ),
    api: z
      .string()
      .optional()
      .describe(
        'Which API is asked, or with `introspection.forward` whose the tokens are; default: the first.',
      ),
    headers: z.record(headerName, textOrPresented).optional().describe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
      'Headers of the question, instead of those presented: `{ X-Api-Key: { presented: token }, X-Gateway: "${GATEWAY_KEY}" }`.',
    ),
    body: body.optional().describe('Body of the question, `json` or `form`; default: none.'),
    introspection: introspectionSchema
      .optional()
      .describe('Asks an authorization server instead of the product (RFC 7662); scheme `bearer` only.'),
    subject: naming
      .optional()
      .describe(
        'Where in the answer the caller’s id is (dotted path, or JMESPath); default: `id`, of an introspection `sub`.',
      ),
    organization: place.optional().describe('Where the caller’s organisation is.'),
    display: place
      .optional()
      .describe(
        'Where a name that people know the caller by is, for pages that they read; never decides anything.',
      ),
    scopes: place
      .optional()
      .describe(
        'Where the scopes are: a list of strings or one string with spaces; of an introspection by default `scope`.',
      ),
    roles: place.optional().describe('Where the roles are.'),
    identity: naming
      .optional()
      .describe(
        'Scheme `headers`: where the answer names what the `subject` header claims; they must be equal.',
      ),
    grant: z
      .array(scope)
      .min(1)
      .optional()
      .describe('Scopes of every caller, for products whose answer names none.'),
    cache: duration('30s').describe(
      'How long a good answer holds at most; each one up to a tenth less, so that a fleet does not ask at once.',
    ),
    negativeCache: duration('5s').describe('How long a refusal holds.'),
  })
  .transform(withDefaults)

interface Named {
  readonly introspection?: unknown
  readonly subject?: string | undefined
  readonly scopes?: string | undefined
}

/** Where RFC 7662 section 2.2 has the caller, and where products usually do. */
function withDefaults<T extends Named>(verify: T) {
  const isIntrospection = verify.introspection !== undefined
  const scopes = verify.scopes ?? (isIntrospection ? 'scope' : undefined)
  return {
    ...verify,
    subject: verify.subject ?? (isIntrospection ? 'sub' : 'id'),
    ...(scopes !== undefined && { scopes }),
  }
}
