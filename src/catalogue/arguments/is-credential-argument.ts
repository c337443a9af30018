import type { DocumentContext } from '../document/document-context.ts'

/** What the document says of a parameter or a member of a body. */
export interface CredentialCandidate {
  /** Where it is: `query`, `header`, `path`, `cookie`, `body`. */
  readonly location: string
  /** Name on the wire. */
  readonly name: string
  /** The document's text about it, from the parameter or from its schema. */
  readonly description: unknown
}

/**
 * Whether an argument is the credential of the request itself, so that it never reaches the model: the gateway
 * signs calls in.
 *
 * It is one if the document or the configuration declares it (an `apiKey` scheme of the same place and name; a
 * scheme in the query holds for fields of a form too, where backends read both alike). It is one also if it is
 * called like one (`token`, `api_key`) and its description says that it authenticates this request, as Slack's
 * does: "Authentication token. Requires scope …". The name alone is not enough: the `token` of a request that
 * revokes a token, or the API key of another service in a settings body, is what the operation is about; in
 * bodies, where those are common, the description must leave no doubt. Headers with such names are another
 * matter, see `isCredentialHeader`.
 */
export function isCredentialArgument(
  context: Pick<DocumentContext, 'isCredentialParameter'>,
  { location, name, description }: CredentialCandidate,
): boolean {
  if (context.isCredentialParameter(location, name)) return true
  if (location === 'body' && context.isCredentialParameter('query', name)) return true
  if (location === 'path' || typeof description !== 'string') return false
  if (!CREDENTIAL_NAME.test(name.replace(/[^A-Za-z]+/g, '').toLowerCase())) return false
  const text = description.slice(0, MAX_TEXT).replace(/[`*_]+/g, '')
  if (ABOUT_TOKENS.test(text)) return false
  return AUTHENTICATES.test(text) || (location === 'body' ? NEEDS_SCOPE : IS_CREDENTIAL).test(text)
}

const MAX_TEXT = 400
const CREDENTIAL_NAME =
  /^(?:x)?(?:(?:access|auth|authentication|api|bearer|oauth|session|user)?token|authorization|(?:api|access|auth)key|auth|bearer)$/
/** "Authentication token.", "Your API key", "An access token with the scope …": the text says what it is at once. */
const IS_CREDENTIAL =
  /^\s*(?:(?:a|an|the|your|valid|optional|required)\s+)*(?:authentication|authorization|auth|api|bearer)[\s-]+(?:token|key)\b\s*(?:$|[.,;:(—–-]|(?:used\s+)?(?:for|to)\s+auth)/i
/** "Authentication token. Requires scope: …". */
const NEEDS_SCOPE =
  /^\s*(?:auth\w*|access|bearer)\s+token\b.{0,40}\brequire[sd]?\s+(?:\w+\s+)?(?:scope|permission)/i
/** "… used to authenticate this request". */
const AUTHENTICATES =
  /\b(?:authenticat|authori[sz])(?:e|es|ing)\s+(?:this|the|your|each|every|all)\s+(?:api\s+|http\s+)?(?:request|call)s?\b/i
/** What the operation does something to, however it is called. */
const ABOUT_TOKENS =
  /\b(?:revok|invalidat|introspect|inspect|verif|validat|delet|rotat|refresh|reset|exchang)(?:e|es|ed|ing|ion|y|ied)?\b/i
