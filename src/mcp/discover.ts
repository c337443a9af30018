import { capabilitiesOf } from './capabilities.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { Prepared } from './message-context.ts'
import { renderResult } from './render-result.ts'
import { MODERN_VERSION } from './versions.ts'

/**
 * `server/discover` (2026-07-28 server/discover). Names the modern versions only: the others are not spoken
 * per request but opened with `initialize`, so a client must not pick one of them from this list.
 */
export function answerDiscover(request: RpcRequest, _context: unknown, prepared: Prepared): string {
  const { instructions } = prepared.door
  const members = [
    '"resultType":"complete"',
    `"supportedVersions":["${MODERN_VERSION}"]`,
    `"capabilities":${capabilitiesOf(prepared.door.server, TELLS_ALL)}`,
    ...(instructions === undefined ? [] : [`"instructions":${JSON.stringify(instructions)}`]),
    prepared.cacheHints(),
    prepared.resultMeta,
  ]
  return renderResult(request.id, members.join(','))
}

const TELLS_ALL = Object.freeze({ listChanged: true, subscribe: true })
