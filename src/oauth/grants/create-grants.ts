import { PosternError } from '../../errors.ts'
import { MOST_CHANGES, type RecordKey } from '../../store/records.ts'
import type { Grant } from '../grant.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { GrantQuery, Grants } from './grants.ts'
import { issueCode } from './issue-code.ts'
import { clientList, familyList, grantKey, isGrantRevoked, readGrant, subjectList } from './kept-grant.ts'

type Needed = Pick<OAuthSurroundings, 'store' | 'now' | 'oauth'>

/**
 * Makes the grants of an installation.
 *
 * A grant is alive as long as its record is there and no revocation speaks against it. Whoever gives a token makes the
 * record longer-lived than it and changes it in the same commit that spends the code or refresh token; whoever revokes
 * says the word for at least as long as the record would have lived, and then deletes exactly the record that was
 * read, else begins again. So there is no order of these steps, on any number of nodes, after which a token lives on:
 * it was given before the record was deleted, and then the word outlives it, or it can't be given any more.
 */
export function createGrants(surroundings: Needed): Grants {
  const { store, now } = surroundings

  async function alive(texts: readonly string[]): Promise<readonly Grant[]> {
    await store.fresh()
    const at = now()
    return texts
      .map(readGrant)
      .filter(kept => at < kept.until && !isGrantRevoked(kept, store.revocations, at))
      .map(({ grant }) => grant)
  }

  return {
    async find(id) {
      const text = await store.getRecord(grantKey(id))
      return text === undefined ? undefined : (await alive([text]))[0]
    },

    page: query => page(store, alive, query),

    async revoke(id) {
      const key = grantKey(id)
      let wasThere = false
      for (let text = await store.getRecord(key); text !== undefined; text = await store.getRecord(key)) {
        wasThere = true
        const until = readGrant(text).until + MARGIN
        const at = now()
        await store.revoke({ kind: 'credential', value: id, recheck: false, at, until, reason: REASON })
        if (await store.commit([{ key, before: text, after: undefined }])) break
      }
      if (wasThere) await forgetFamily(store, id)
      return wasThere
    },

    issueCode: approved => issueCode(surroundings, approved),
  }
}

/** Clocks of nodes may differ, in milliseconds: none may forget the word before another one refuses the tokens. */
const MARGIN = 86_400_000
const REASON = 'The connection was ended'
/** Grants read at once. */
const PAGE = 100

async function page(
  store: Needed['store'],
  alive: (texts: readonly string[]) => Promise<readonly Grant[]>,
  { subject, client, after, limit }: GrantQuery,
): Promise<readonly Grant[]> {
  const list =
    subject !== undefined ? subjectList(subject) : client !== undefined ? clientList(client) : undefined
  const found: Grant[] = []
  let last: RecordKey | undefined = after === undefined ? undefined : grantKey(after)
  for (;;) {
    const records = await store.pageRecords({ kind: 'grant', list, after: last, limit: PAGE })
    const living = await alive(records.map(({ value }) => value))
    found.push(...living.filter(grant => client === undefined || grant.client.id === client))
    last = records.at(-1)?.key
    if (found.length >= limit || last === undefined || records.length < PAGE) return found.slice(0, limit)
  }
}

/** Without their grant they are good for nothing, and end by themselves: what can't be deleted now does no harm. */
async function forgetFamily(store: Needed['store'], grant: string): Promise<void> {
  try {
    for (const kind of ['code', 'refresh', 'given']) {
      for (;;) {
        const query = { kind, list: familyList(grant), limit: MOST_CHANGES }
        const records = await store.pageRecords(query)
        if (records.length === 0) break
        await store.commit(records.map(({ key, value }) => ({ key, before: value, after: undefined })))
      }
    }
  } catch (error) {
    if (!(error instanceof PosternError && error.code === 'store_unavailable')) throw error
  }
}
