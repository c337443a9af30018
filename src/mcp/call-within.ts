import type { ToolCall } from './call.ts'
import type { MessageContext, Prepared } from './message-context.ts'

/** What a message that is no `tools/call` has the gateway call: it says which, everything else is the message's own. */
export type WantedCall = Pick<ToolCall, 'name' | 'purpose' | 'arguments' | 'via'>

/** The call that a message leads to, by whoever sent the message and on its behalf. */
export function callWithin(wanted: WantedCall, context: MessageContext, { door }: Prepared): ToolCall {
  return {
    ...wanted,
    server: door.server,
    caller: context.caller,
    signal: context.signal,
    requestId: context.requestId,
    protocolVersion: context.version,
    client: context.client,
    remoteAddress: context.remoteAddress,
    answerHeaders: context.answerHeaders,
  }
}
