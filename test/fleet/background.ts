import type { Answer, NodeClient } from './node-client.ts'
import { type Caller, markerOf } from './product.ts'

/** Callers whom nobody revokes, and who must never notice that others are revoked. */
export interface Background {
  /** Ends the load; resolves when the last answer has come. */
  readonly stop: () => Promise<void>
  readonly answered: () => number
  /** Every answer that was no success, in words. */
  readonly failures: readonly string[]
}

export interface BackgroundCaller extends Caller {
  readonly credential: string
}

/** Milliseconds between an answer and the next call in its place: calls without it burn what the machine has. */
const PAUSE = 10

/** Calls all nodes in turn, as each of the callers, with so many calls at a time. */
export function startBackground(
  nodes: readonly NodeClient[],
  callers: readonly BackgroundCaller[],
  atOnce: number,
): Background {
  const failures: string[] = []
  let count = 0
  let answered = 0
  let stopped = false

  async function keepCalling(): Promise<void> {
    while (!stopped) {
      const number = count++
      const caller = callers[number % callers.length]
      const node = nodes[Math.floor(number / callers.length) % nodes.length]
      if (caller === undefined || node === undefined) throw new Error('nobody to call')
      const marker = markerOf(caller, `background-${number}`)
      const answer = await node.call(caller.credential, 'get_note', { marker })
      answered++
      if (!isAccepted(answer) || answer.body.result.structuredContent.marker !== marker) {
        failures.push(`${caller.subject} at ${node.origin}: ${describe(answer)}`)
      }
      await new Promise(resolve => setTimeout(resolve, PAUSE))
    }
  }

  const lanes = Array.from({ length: atOnce }, keepCalling)
  return {
    async stop() {
      stopped = true
      await Promise.all(lanes)
    },
    answered: () => answered,
    failures,
  }
}

/** Whether a tool was called and answered. */
export function isAccepted({ status, body }: Answer): boolean {
  return status === 200 && body?.result?.isError === false
}

/** For messages of tests. */
export function describe({ status, body, took }: Answer): string {
  const what = status === 0 ? 'no answer' : `status ${status}`
  return `${what} after ${Math.round(took)} ms ${JSON.stringify(body)?.slice(0, 300) ?? ''}`
}
