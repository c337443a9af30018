import { PosternError } from '../../errors.ts'
import { MODERN_VERSION } from '../versions.ts'

/**
 * The error for a URI that leads to nothing: `-32602` with the URI in `data` since 2026-07-28 (server/resources
 * "Error Handling"), `-32002` before. The same for what is not there and for what the backend does not have.
 *
 * @param version - the revision that the request speaks
 */
export function unknownResource(uri: string, version: string): PosternError {
  return new PosternError('unknown_resource', {
    data: { uri: uri.slice(0, LONGEST) },
    ...(version === MODERN_VERSION ? {} : { rpcCode: BEFORE_2026 }),
  })
}

/** No longer than it takes to recognise it. */
const LONGEST = 2_048
const BEFORE_2026 = -32002
