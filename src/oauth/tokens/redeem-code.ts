import { openHeaders } from '../../auth/sealed-headers.ts'
import {
  type CodeRecord,
  codeKey,
  codePlace,
  readCode,
  USED_CODE_LIFE,
  writeCode,
} from '../grants/code-record.ts'
import type { ReadGrant } from '../grants/kept-grant.ts'
import { required } from '../read-parameters.ts'
import { endGrant } from './end-grant.ts'
import { findGrant } from './find-grant.ts'
import type { GiveToken, TokenOptions, TokenRequest } from './give-token.ts'
import { type Entitlement, issueTokens, refuseRevokedGrant } from './issue-tokens.ts'
import { refuseGrant } from './refuse-grant.ts'
import { refuseOtherResource } from './refuse-other-resource.ts'
import { isVerifierOf } from './verify-pkce.ts'

/**
 * `grant_type=authorization_code` (RFC 6749 section 4.1.3 with PKCE, RFC 7636).
 *
 * Nothing that is wrong with a request spends the code: not another client, another redirect, a wrong verifier. A second
 * use that is right in all of it ends the whole connection (RFC 6749 section 4.1.2), also where both come at the same
 * time: nobody can tell a client that asks twice from somebody who has stolen code and verifier. One that lacks the
 * verifier ends nothing, or whoever reads a code in a log or history could end the connection of its owner; PKCE has
 * kept the tokens from them.
 *
 * `redirect_uri` may be left out, as clients of OAuth 2.1 do; PKCE is asked of everybody.
 */
export function createCodeRedemption(options: TokenOptions): GiveToken {
  const { surroundings } = options
  return async asked => {
    const { client, form } = asked
    const code = required(form, 'code')
    const verifier = required(form, 'code_verifier')
    return issueTokens(surroundings, {
      isRefreshable: client.grantTypes.has('refresh_token'),
      check: () => check(options, asked, code, verifier),
    })
  }
}

async function check(
  options: TokenOptions,
  asked: TokenRequest,
  code: string,
  verifier: string,
): Promise<Entitlement> {
  const { surroundings } = options
  const { store, now } = surroundings
  const key = codeKey(code)
  const text = await store.getRecord(key)
  if (text === undefined) refuseGrant('the code is unknown')
  const record = readCode(text)
  const at = now()
  if (record.usedAt === undefined && !(at < record.expiresAt)) refuseGrant('the code has expired')
  const kept = await findGrant(store, record.grant)
  refuseOther(asked, kept, record, verifier)
  if (record.usedAt !== undefined) {
    await endGrant(options, 'reuse_detected', kept.grant, asked.request)
    refuseGrant('the code was used before')
  }
  refuseRevokedGrant(surroundings, kept)
  refuseOtherResource(surroundings, asked.form, kept.grant.resource)
  const used = writeCode({ ...record, sealed: undefined, usedAt: at })
  return {
    kept,
    text: kept.text,
    scopes: kept.grant.scopes,
    given: openGiven(code, record),
    spends: [{ key, before: text, after: used, expiresAt: at + USED_CODE_LIFE }],
  }
}

function refuseOther(
  { client, form }: TokenRequest,
  { grant }: ReadGrant,
  { challenge }: CodeRecord,
  verifier: string,
): void {
  if (grant.client.id !== client.id) refuseGrant('the code is another client’s')
  const redirectUri = form.get('redirect_uri')
  if (redirectUri !== undefined && redirectUri !== grant.redirectUri)
    refuseGrant('the redirect_uri is another')
  if (!isVerifierOf(challenge, verifier)) refuseGrant('the code_verifier is wrong')
}

function openGiven(code: string, { sealed, grant }: CodeRecord): Entitlement['given'] {
  return sealed === undefined ? undefined : openHeaders(code, sealed, codePlace(grant))
}
