import type { MessageContext, Prepared } from '../../src/mcp/message-context.ts'
import { ToolLists } from '../../src/mcp/tool-list.ts'
import { CALLER, type FakeDoor } from './fake-door.ts'

/** What answers are made from at a door, without a transport. */
export function prepareDoor(door: FakeDoor): Prepared {
  return {
    door,
    lists: new ToolLists(door.visibleTools),
    resultMeta: '"_meta":{"server":"fake"}',
    cacheHints: () => '"ttlMs":1,"cacheScope":"public"',
    ownCacheHints: '"ttlMs":1,"cacheScope":"private"',
  }
}

/** A request of the good caller, without anybody to ask. */
export function contextOf(version: MessageContext['version'] = '2026-07-28'): MessageContext {
  return {
    version,
    caller: CALLER,
    requestId: 'req_1',
    remoteAddress: '127.0.0.1',
    client: 'tester 9',
    signal: new AbortController().signal,
    notify: undefined,
    dialogue: { kind: 'none', isSaidPerRequest: true },
  }
}
