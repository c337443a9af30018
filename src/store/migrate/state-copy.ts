import type { Installation } from '../installation.ts'
import type { Revocation } from '../revocation.ts'
import type { TokenRecord } from '../store.ts'

/** What of a store is taken over before its tokens are. */
export interface CopiedState {
  readonly installation: Installation
  /** The count of the store that it comes from. */
  readonly sequence: number
  /** With their numbers. */
  readonly revocations: readonly Revocation[]
}

/**
 * How a store takes over what another one holds. Whatever is done twice is done once, and nothing that is revoked or
 * ended here becomes good again by it. No other process may use the store meanwhile.
 */
export interface StateCopy {
  /**
   * Becomes that installation, its ids and secret included, and adds its revocations; of two words about one, the later
   * stands. Resolves once it is durable.
   */
  adopt(state: CopiedState): Promise<void>
  /**
   * Adds tokens as they are, with their numbers, ends and uses; of one that is there already, the earlier end, any
   * revocation and the last use stand. Resolves once it is durable.
   *
   * @throws PosternError `conflict` if one of an id has another hash here, or one of a hash another id
   */
  restoreTokens(records: readonly TokenRecord[]): Promise<void>
  /** The kinds of all records that are kept, in the order of their keys' characters; none twice. */
  recordKinds(): Promise<readonly string[]>
}
