import { PosternError } from '../../errors.ts'
import { LONGEST_SEALED_KEY, type SealedRecords } from '../../store/sealed-records.ts'
import type { Sealer } from './sealer.ts'

/** Whose credential it is, and where. */
export interface SealedOwner {
  /** Name of the API. */
  readonly api: string
  readonly subject: string
  /** The organisation in which they have it; undefined only for callers without one. */
  readonly organization: string | undefined
}

/** Headers of a credential, lower-case names. */
export type SealedHeaders = Readonly<Record<string, string>>

/** The credentials that users gave, encrypted in the store. */
export interface SealedCredentials {
  /**
   * The credential as it is now; undefined where none was given. The store is asked for every call, so that what was
   * deleted is not used again. What an older key sealed is sealed anew on the way.
   *
   * @throws PosternError `sealed_credential_unreadable`, `store_unavailable`
   */
  get(owner: SealedOwner): Promise<SealedHeaders | undefined>
  /** Keeps a credential in the place of any before. @throws PosternError `invalid_params` for an owner that can't be one */
  set(owner: SealedOwner, headers: SealedHeaders): Promise<void>
  /** False if there was none. */
  delete(owner: SealedOwner): Promise<boolean>
  /** Whose there are, never the credentials. */
  list(): Promise<readonly SealedOwner[]>
  /** Seals all anew that an older key sealed, so that it can be removed; whose can't be read is told. */
  reseal(): Promise<{ readonly resealed: number; readonly unreadable: readonly SealedOwner[] }>
}

/**
 * @param installation - the configuration's name: a record that is copied from another installation does not open
 */
export function createSealedCredentials(
  records: SealedRecords,
  sealer: Sealer,
  installation: string,
): SealedCredentials {
  const placeOf = (key: string) => `${installation}\n${key}`

  /** Nothing comes back that was deleted or replaced meanwhile. */
  function sealAnew(key: string, before: string, text: string): Promise<boolean> {
    return records.replaceSealed(key, before, sealer.seal(text, placeOf(key)))
  }

  async function resealOne(key: string): Promise<boolean> {
    const sealed = await records.getSealed(key)
    if (sealed === undefined) return false
    const { text, isCurrent } = sealer.open(sealed, placeOf(key))
    return !isCurrent && sealAnew(key, sealed, text)
  }

  return {
    async get(owner) {
      const key = keyOf(owner)
      const sealed = key && (await records.getSealed(key))
      if (key === undefined || sealed === undefined) return undefined
      const { text, isCurrent } = sealer.open(sealed, placeOf(key))
      // The credential is good whether or not this succeeds; the next call tries again.
      if (!isCurrent) await sealAnew(key, sealed, text).catch(() => false)
      return parse(text)
    },
    async set(owner, headers) {
      const key = keyOf(owner) ?? refuse()
      await records.putSealed(key, sealer.seal(JSON.stringify(headers), placeOf(key)))
    },
    async delete(owner) {
      const key = keyOf(owner)
      return key !== undefined && records.deleteSealed(key)
    },
    async list() {
      return (await records.listSealed()).flatMap(key => ownerOf(key) ?? [])
    },
    async reseal() {
      const unreadable: SealedOwner[] = []
      let resealed = 0
      for (const key of await records.listSealed()) {
        try {
          if (await resealOne(key)) resealed += 1
        } catch (error) {
          if (!(error instanceof PosternError) || error.code !== 'sealed_credential_unreadable') throw error
          unreadable.push(ownerOf(key) ?? { api: key, subject: '', organization: undefined })
        }
      }
      return { resealed, unreadable }
    },
  }
}

/** `api/subject` or `api/subject/organisation`, each percent-encoded: no two owners have the same. */
function keyOf({ api, subject, organization }: SealedOwner): string | undefined {
  const parts = organization === undefined ? [api, subject] : [api, subject, organization]
  if (!parts.every(part => part !== '' && part.isWellFormed())) return undefined
  const key = parts.map(encodeURIComponent).join('/')
  return key.length <= LONGEST_SEALED_KEY ? key : undefined
}

/** Undefined for what is no key of ours. */
function ownerOf(key: string): SealedOwner | undefined {
  try {
    const [api, subject, organization, ...more] = key.split('/').map(decodeURIComponent)
    return api === undefined || subject === undefined || more.length > 0
      ? undefined
      : { api, subject, organization }
  } catch {
    return undefined
  }
}

function refuse(): never {
  throw new PosternError('invalid_params', {
    message: 'The subject or the organisation is empty, too long or no text.',
  })
}

function parse(text: string): SealedHeaders {
  const value: unknown = JSON.parse(text)
  if (isHeaders(value)) return value
  throw new PosternError('sealed_credential_unreadable', { detail: 'the sealed credential holds no headers' })
}

function isHeaders(value: unknown): value is SealedHeaders {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(member => typeof member === 'string')
  )
}
