import { PosternError } from '../../errors.ts'
import { MOST_CHANGES, type RecordChange } from '../records.ts'

/**
 * Refuses a commit that no store could make: a mistake of the room that asks for it, never of a caller.
 *
 * @throws PosternError `internal_error`
 */
export function checkChanges(changes: readonly RecordChange[]): void {
  const keys = new Set(changes.map(({ key }) => key))
  if (changes.length === 0 || changes.length > MOST_CHANGES) {
    throw misuse(`a commit has 1 to ${MOST_CHANGES} changes, not ${changes.length}`)
  }
  if (keys.size < changes.length) throw misuse('a commit changes no record twice')
  for (const { key, expiresAt } of changes) {
    // A key may be made of a secret's digest, yet it is none of the log's business.
    if (!isRecordKey(key)) throw misuse(`a key of kind ${JSON.stringify(key.split(':')[0])} is malformed`)
    if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt)) {
      throw misuse('a record ends at a whole number of milliseconds')
    }
  }
}

/** Whether a record can have this key; a text from outside that can't be one names nothing. */
export function isRecordKey(key: string): boolean {
  return key.length <= LONGEST_KEY && KEY.test(key)
}

const LONGEST_KEY = 512
/** A kind, a colon and an id of visible ASCII without spaces and braces. */
const KEY = /^[a-z][a-z-]*:[!-z|~]+$/

function misuse(detail: string): PosternError {
  return new PosternError('internal_error', { detail })
}
