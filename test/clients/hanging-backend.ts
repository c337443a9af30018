import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { Config } from '../../src/config/config.ts'

/** A backend that takes a request and never answers. */
export interface HangingBackend {
  /** Resolves when the first request has come. */
  readonly called: Promise<void>
  /** Resolves when its connection has ended. */
  readonly closed: Promise<void>
  readonly requests: number
  readonly url: string
  /** The configuration with this backend in place of the product. */
  readonly behind: (config: Config) => Config
}

/** Opens the backend on loopback and closes it with the test. */
export async function openHangingBackend(t: Test): Promise<HangingBackend> {
  const called = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  let requests = 0
  const server = createServer((_request, response) => {
    requests += 1
    response.once('close', () => closed.resolve())
    called.resolve()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    called: called.promise,
    closed: closed.promise,
    get requests() {
      return requests
    },
    url: upstream,
    behind: config => ({ ...config, apis: config.apis.map(api => ({ ...api, upstream })) }),
  }
}
