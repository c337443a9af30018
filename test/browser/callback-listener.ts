import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** The page of a program on the person's machine that waits for an answer, as SDKs, editors and command lines have. */
export interface CallbackListener {
  /** Its redirect URI, `http://127.0.0.1:…/callback`. */
  readonly url: string
  /** All that came so far, in order. */
  readonly visits: readonly URL[]
  /** The first visit that nobody was given yet, once it is there. */
  readonly next: () => Promise<URL>
  /** From now on visitors wait for their answer, and stay on the page that sent them; called, it lets them go on. */
  readonly hold: () => () => void
}

/** Starts one that ends with the test. */
export async function startCallbackListener(t: Test): Promise<CallbackListener> {
  const visits: URL[] = []
  const waiting: ((visit: URL) => void)[] = []
  let given = 0
  let held: ServerResponse[] | undefined
  const server = createServer((request, response) => {
    const visit = new URL(request.url ?? '', url)
    if (visit.pathname !== '/callback') return void response.writeHead(404).end()
    visits.push(visit)
    waiting.shift()?.(visits[given++] ?? visit)
    if (held === undefined) answer(response)
    else held.push(response)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  return {
    url,
    visits,
    async next() {
      const visit = visits[given]
      if (visit === undefined) return new Promise(resolve => waiting.push(resolve))
      given++
      return visit
    },
    hold() {
      const now: ServerResponse[] = []
      held = now
      return () => {
        held = undefined
        for (const response of now) answer(response)
      }
    },
  }
}

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<!doctype html><title>Done</title><h1>Back at the program</h1><p>You may close this window.')
}
