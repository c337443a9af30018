import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort, type RedisServer, startRedis } from '../store/start-redis.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A Redis that keeps what it answered through a crash, and the way to it. */
export interface RedisSite {
  readonly t: Test
  readonly port: number
  readonly proxy: TcpProxy
  readonly directory: string
  server: RedisServer
}

/** A way in which a Redis fails. */
export interface Fault {
  readonly name: string
  /** For the report. */
  readonly description: string
  /** True where Redis can't be asked meanwhile. */
  readonly isDown: boolean
  /** True where it now answers and now does not. */
  readonly isIntermittent: boolean
  /** True where it comes back without what it knew. */
  readonly losesData: boolean
  /** True where the gateways are started while it lasts. */
  readonly isAtStart: boolean
  readonly begin: (site: RedisSite, trial: number) => Promise<void>
  /** Resolves when Redis could be asked again. */
  readonly end: (site: RedisSite, trial: number) => Promise<void>
}

/** Milliseconds that everything is late. */
const LATENCY = 200
const RESETS = 150
const resetting = new WeakMap<RedisSite, NodeJS.Timeout>()

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill',
    description: 'redis-server is killed (SIGKILL) and started again with its append-only file',
    isDown: true,
    isIntermittent: false,
    losesData: false,
    isAtStart: false,
    begin: ({ server }) => server.kill(),
    end: startAgain,
  },
  {
    name: 'pause',
    description: 'redis-server is stopped (SIGSTOP) and continued: connections stay, nothing is answered',
    isDown: true,
    isIntermittent: false,
    losesData: false,
    isAtStart: false,
    begin: async ({ server }) => server.freeze(),
    end: async ({ server }) => server.thaw(),
  },
  {
    name: 'restart empty',
    description: 'redis-server is killed and started again with nothing',
    isDown: true,
    isIntermittent: false,
    losesData: true,
    isAtStart: false,
    begin: ({ server }) => server.kill(),
    async end(site) {
      rmSync(site.directory, { recursive: true, force: true })
      await startAgain(site)
    },
  },
  {
    name: 'latency',
    description: `everything that is sent to Redis arrives ${LATENCY} ms late`,
    isDown: false,
    isIntermittent: false,
    losesData: false,
    isAtStart: false,
    async begin({ proxy }) {
      proxy.delay = LATENCY
    },
    async end({ proxy }) {
      proxy.delay = 0
    },
  },
  {
    name: 'reset',
    description: `all connections to Redis are reset (RST) every ${RESETS} ms`,
    isDown: false,
    isIntermittent: true,
    losesData: false,
    isAtStart: false,
    async begin(site) {
      site.proxy.reset()
      const timer = setInterval(() => site.proxy.reset(), RESETS)
      resetting.set(site, timer)
      site.t.teardown(() => clearInterval(timer))
    },
    async end(site) {
      clearInterval(resetting.get(site))
    },
  },
  {
    name: 'unreachable at start',
    description:
      'the gateways start while nothing listens where Redis should be, or (every other trial) something that takes connections and never answers',
    isDown: true,
    isIntermittent: false,
    losesData: false,
    isAtStart: true,
    async begin(site, trial) {
      if (trial % 2 === 0) await site.server.kill()
      else site.proxy.isSilent = true
      site.proxy.reset()
    },
    async end(site, trial) {
      if (trial % 2 === 0) await startAgain(site)
      else site.proxy.isSilent = false
    },
  },
]

export async function startSite(t: Test): Promise<RedisSite> {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'postern-faults-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return {
    t,
    port,
    directory,
    proxy: await startTcpProxy(t, port),
    server: await startRedis(t, port, keepingIn(directory)),
  }
}

async function startAgain(site: RedisSite): Promise<void> {
  site.server = await startRedis(site.t, site.port, keepingIn(site.directory))
}

/** `appenddirname` is made by Redis, and read at its start. */
function keepingIn(directory: string): string[] {
  // In /tmp, which is always there; so an emptied installation only loses the folder inside.
  return [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--dir',
    tmpdir(),
    '--appenddirname',
    directory.slice(tmpdir().length + 1),
  ]
}
