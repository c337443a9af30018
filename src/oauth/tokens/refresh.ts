import type { RecordChange } from '../../store/records.ts'
import { findServer } from '../find-server.ts'
import type { Grant } from '../grant.ts'
import type { ReadGrant } from '../grants/kept-grant.ts'
import { oauthError } from '../oauth-error.ts'
import { required } from '../read-parameters.ts'
import { OF_HABIT } from '../scopes/of-habit.ts'
import { askedScopes } from './asked-scopes.ts'
import { endGrant } from './end-grant.ts'
import { findGrant } from './find-grant.ts'
import { givableScopes } from './givable-scopes.ts'
import type { GiveToken, TokenOptions, TokenRequest } from './give-token.ts'
import { type Entitlement, issueTokens, refuseRevokedGrant } from './issue-tokens.ts'
import { type RefreshedPerson, refreshPerson } from './refresh-person.ts'
import { givenKey, type RefreshRecord, readRefresh, refreshKey, writeRefresh } from './refresh-record.ts'
import { refuseGrant } from './refuse-grant.ts'
import { refuseOtherResource } from './refuse-other-resource.ts'

/**
 * `grant_type=refresh_token` (RFC 6749 section 6) with rotation: each use gives another refresh token and spends this
 * one. For `refreshGrace` after its first use a spent one is taken again, since windows and sessions of one client race
 * with one token; each gets a pair of its own. A use after that ends the whole connection (RFC 9700 section 4.14.2):
 * either the client or somebody else has a copy.
 *
 * Nothing is spent where the request is refused or somebody can't be asked.
 */
export function createRefresh(options: TokenOptions): GiveToken {
  return async asked => {
    const token = required(asked.form, 'refresh_token')
    // Whether it came within the grace does not depend on how long the product takes to answer.
    const cameAt = options.surroundings.now()
    let person: Promise<RefreshedPerson> | undefined
    const askOnce = (kept: ReadGrant) => {
      person ??= learnPerson(options, asked, kept, token)
      return person
    }
    return issueTokens(options.surroundings, {
      isRefreshable: true,
      check: () => check(options, asked, { token, cameAt }, askOnce),
    })
  }
}

async function check(
  options: TokenOptions,
  asked: TokenRequest,
  { token, cameAt }: { readonly token: string; readonly cameAt: number },
  askOnce: (kept: ReadGrant) => Promise<RefreshedPerson>,
): Promise<Entitlement> {
  const { surroundings } = options
  const { store, now, oauth } = surroundings
  const text = await store.getRecord(refreshKey(token))
  if (text === undefined) refuseGrant('the refresh token is unknown')
  const record = readRefresh(text)
  if (!(now() < record.until)) refuseGrant('the refresh token has expired')
  const kept = await findGrant(store, record.grant)
  if (kept.grant.client.id !== asked.client.id) refuseGrant('the refresh token is another client’s')
  refuseRevokedGrant(surroundings, kept)
  const grace = oauth().refreshGrace
  // Without grace, those that came at the same time aren't spared either.
  if (record.usedAt !== undefined && !(grace > 0 && cameAt < record.usedAt + grace)) {
    await endGrant(options, 'reuse_detected', kept.grant, asked.request)
    refuseGrant('the refresh token was used before')
  }
  refuseOtherResource(surroundings, asked.form, kept.grant.resource)
  const wanted = wantedScopes(asked, kept.grant)
  const person = await askOnce(kept)
  const { organization, roles, given } = person
  const scopes = givableScopes(surroundings, {
    path: findServer(surroundings, kept.grant.resource).path,
    asked: wanted,
    person: { subject: kept.grant.subject, organization, roles, scopes: person.limits },
    clientScopes: asked.client.scopes,
  })
  return {
    kept: { ...kept, grant: { ...kept.grant, organization, roles } },
    text: kept.text,
    scopes,
    given,
    spends: spend(token, text, { ...record, usedAt: record.usedAt ?? now() }, person.sealed, grace),
  }
}

/** Asks who they are now, and ends the grant of who isn't who approved it. */
async function learnPerson(
  options: TokenOptions,
  { request }: TokenRequest,
  kept: ReadGrant,
  token: string,
): Promise<RefreshedPerson> {
  const person = await refreshPerson(options, kept, token, request.signal)
  if (typeof person !== 'string') return person
  await endGrant(options, 'revoked', kept.grant, request)
  return refuseGrant(`the product’s credential: ${person}`)
}

/** RFC 6749 section 6: nothing that was not granted. Left out, it is all that was. */
function wantedScopes({ form }: TokenRequest, { scopes }: Grant): readonly string[] {
  const asked = askedScopes(form)?.filter(scope => !OF_HABIT.has(scope) || scopes.includes(scope)) ?? []
  const wanted = asked.length > 0 ? asked : scopes
  if (wanted.every(scope => scopes.includes(scope))) return wanted
  throw oauthError(
    'oauth_invalid_scope',
    'A refresh can ask for fewer scopes than were approved, not for others. Start a new authorization for those.',
  )
}

/** The token is marked as used the first time, and afterwards only made sure of. */
function spend(
  token: string,
  before: string,
  record: RefreshRecord,
  sealed: string | undefined,
  grace: number,
): readonly RecordChange[] {
  const { usedAt = 0, until: expiresAt } = record
  const changes: RecordChange[] = [{ key: refreshKey(token), before, after: writeRefresh(record), expiresAt }]
  if (sealed !== undefined) {
    const end = Math.min(expiresAt, usedAt + grace + GIVEN_MARGIN)
    changes.push({ key: givenKey(token), before: sealed, after: sealed, expiresAt: end })
  }
  return changes
}

/** The store's clock may be ahead, in milliseconds. */
const GIVEN_MARGIN = 60_000
