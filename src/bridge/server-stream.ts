import { setTimeout as sleep } from 'node:timers/promises'
import { createAnswers } from './answers.ts'
import { readClientMessage } from './message.ts'
import { parseEvents } from './parse-events.ts'
import { isEventStream } from './post-message.ts'
import { bodyOf, MESSAGE_LIMIT, type Remote, sendRequest } from './remote.ts'

const SHORTEST_PAUSE = 1_000
const LONGEST_PAUSE = 60_000

/**
 * Holds the stream on which servers of the handshake era send what no request asked for (2025-11-25
 * basic/transports "Listening for Messages from the Server"), and opens it anew when it breaks. A server
 * without one answers 405, and that is the end of it. Never throws; ends with the signal.
 */
export async function holdServerStream(remote: Remote, signal: AbortSignal): Promise<void> {
  const message = readClientMessage('{}')
  if (message === undefined) return
  const answers = createAnswers(remote, message, signal)
  const { session } = remote
  let pause = SHORTEST_PAUSE
  for (let opened = false; !signal.aborted; ) {
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (session.protocolVersion !== undefined) headers['MCP-Protocol-Version'] = session.protocolVersion
      if (session.sessionId !== undefined) headers['Mcp-Session-Id'] = session.sessionId
      const response = await sendRequest(remote, { method: 'GET', headers }, signal)
      if (!isEventStream(response)) {
        await response.body?.cancel()
        if (!opened || response.status < 500) return
      }
      opened = true
      for await (const event of parseEvents(bodyOf(response), MESSAGE_LIMIT)) {
        pause = SHORTEST_PAUSE
        if (event.data !== '') await answers.deliver(event.data)
      }
    } catch {
      if (!opened || signal.aborted) return
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}
