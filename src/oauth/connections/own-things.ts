import type { TokenRecord } from '../../store/store.ts'
import type { Grant } from '../grant.ts'
import type { Grants } from '../grants/grants.ts'
import type { Person } from '../person.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** What a person may see and end themselves. */
export interface OwnThings {
  /** Their connections, by id. `after`: id of the last one that was shown before. */
  connections(person: Person, after: string | undefined): Promise<Page<Grant>>
  /** Their minted tokens that still work, oldest first. */
  tokens(person: Person, after: string | undefined): Promise<Page<TokenRecord>>
  /** Undefined where there is none, or it is somebody else’s. */
  findConnection(person: Person, id: string): Promise<Grant | undefined>
  /** The same. */
  findToken(person: Person, id: string): Promise<TokenRecord | undefined>
}

/** Some of them. */
export interface Page<Thing> {
  readonly things: readonly Thing[]
  /** `after` of the next page; undefined on the last. */
  readonly next: string | undefined
}

/** What {@link createOwnThings} asks. */
export interface OwnThingsRooms {
  readonly surroundings: Pick<OAuthSurroundings, 'store' | 'now' | 'oauth'>
  readonly grants: Pick<Grants, 'find' | 'page'>
}

/** Shown at once. */
const PAGE_SIZE = 50
/** Records looked at for one page: of one subject there may be thousands that have ended or are another’s. */
const MOST_READ = 1_000

/**
 * Tells what is a person's own. The same subject may be two people: a user number of the product and one of the
 * identity provider, or of two organisations. So a connection is theirs only where they have signed in the same way and
 * for the same organisation as when they approved it. A minted token has no way of signing in, only the subject and
 * organisation that an administrator has written; it is theirs where both are the same to the letter and the way says
 * so (`ownTokens`), or is the only one. What is shown to nobody so, an administrator sees.
 */
export function createOwnThings({ surroundings, grants }: OwnThingsRooms): OwnThings {
  const { store, now, oauth } = surroundings

  const isOwnGrant = (grant: Grant, { subject, organization, way }: Person) =>
    grant.subject === subject && grant.organization === organization && grant.way === way

  function isOwnToken(token: TokenRecord, { subject, organization }: Person): boolean {
    const hasEnded =
      token.revokedAt !== undefined || (token.expiresAt !== undefined && token.expiresAt <= now())
    const isSame = token.subject === subject && token.organization === organization
    return isSame && !hasEnded && token.oauth === undefined
  }

  function hasTokens({ way }: Person): boolean {
    const { signIn } = oauth()
    return signIn.find(({ name }) => name === way)?.ownTokens ?? signIn.length === 1
  }

  return {
    async connections(person, after) {
      return collect(
        last => grants.page({ subject: person.subject, after: last, limit: PAGE_SIZE }),
        grant => isOwnGrant(grant, person),
        after,
      )
    },

    async tokens(person, after) {
      if (!hasTokens(person)) return { things: [], next: undefined }
      await store.fresh()
      // Where a foreign token stands among the others is nobody's business.
      const last = after === undefined ? undefined : await store.getToken(after)
      const isTheirs = last !== undefined && last.subject === person.subject
      return collect(
        id => store.pageTokens({ subject: person.subject, after: id, limit: PAGE_SIZE }),
        token => isOwnToken(token, person),
        isTheirs ? after : undefined,
      )
    },

    async findConnection(person, id) {
      const grant = await grants.find(id)
      return grant !== undefined && isOwnGrant(grant, person) ? grant : undefined
    },

    async findToken(person, id) {
      const token = hasTokens(person) ? await store.getToken(id) : undefined
      return token !== undefined && isOwnToken(token, person) ? token : undefined
    },
  }
}

/** Reads on until a page is full, there is no more, or enough was looked at. */
async function collect<Thing extends { readonly id: string }>(
  read: (after: string | undefined) => Promise<readonly Thing[]>,
  isOwn: (thing: Thing) => boolean,
  after: string | undefined,
): Promise<Page<Thing>> {
  const things: Thing[] = []
  let last = after
  for (let count = 0; count < MOST_READ; count += PAGE_SIZE) {
    const found = await read(last)
    for (const thing of found) {
      if (things.length === PAGE_SIZE) return { things, next: last }
      last = thing.id
      if (isOwn(thing)) things.push(thing)
    }
    if (found.length < PAGE_SIZE) return { things, next: undefined }
  }
  return { things, next: last }
}
