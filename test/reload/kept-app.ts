/**
 * A gateway over real files that is kept current as `postern serve` does it, in the test's own process, and its log
 * as something to wait for.
 */
import { EventEmitter, once } from 'node:events'
import type { Test } from 'tap'
import { type App, createApp } from '../../src/app.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog, type Log } from '../../src/log.ts'
import { fileSignatures } from '../../src/reload/file-signatures.ts'
import { type CurrentKeeper, configurationFiles, keepCurrent } from '../../src/reload/keep-current.ts'
import type { WatchOptions } from '../../src/reload/watch-files.ts'

/** A log whose lines can be waited for. */
export interface WatchedLog {
  readonly log: Log
  readonly lines: readonly Line[]
  /** Resolves with the next line of this message that was not waited for before, from now or before. */
  readonly logged: (message: string) => Promise<Line>
  readonly count: (message: string) => number
}

// biome-ignore lint/suspicious/noExplicitAny: tests read into lines of any shape
export type Line = Record<string, any>

export function watchedLog(level = 'info'): WatchedLog {
  const lines: Line[] = []
  const taken = new Set<Line>()
  const arrivals = new EventEmitter().setMaxListeners(100)
  const write = (line: string) => {
    lines.push(JSON.parse(line))
    arrivals.emit('line')
  }
  return {
    log: createLog(level, { write }),
    lines,
    count: message => lines.filter(({ msg }) => msg === message).length,
    async logged(message) {
      for (;;) {
        const line = lines.find(candidate => candidate.msg === message && !taken.has(candidate))
        if (line !== undefined) {
          taken.add(line)
          return line
        }
        await once(arrivals, 'line')
      }
    },
  }
}

export interface KeptApp extends WatchedLog {
  readonly app: App
  readonly keeper: CurrentKeeper
  readonly url: string
  readonly origin: string
  /** `reload` of `/readyz`, which must answer 200. */
  readonly ready: () => Promise<Line>
}

/** @param change - what of the configuration file's content is another, at every load */
export async function keptApp(
  t: Test,
  file: string,
  options: { watch?: boolean; watching?: WatchOptions; change?: (config: Config) => Config } = {},
): Promise<KeptApp> {
  const { watch = true, watching, change = config => config } = options
  const load = () => change(loadConfig(file))
  const seen = await fileSignatures(configurationFiles(file))
  const watched = watchedLog()
  const app = await createApp(load(), { log: watched.log })
  const origin = await app.listen()
  const keeper = keepCurrent(app, { load, seen, watch, ...(watching && { watching }) })
  t.teardown(async () => {
    keeper.close()
    await app.close()
  })
  return {
    ...watched,
    app,
    keeper,
    origin,
    url: `${origin}/mcp`,
    async ready() {
      const response = await fetch(`${origin}/readyz`)
      t.equal(response.status, 200)
      return ((await response.json()) as { reload: Line }).reload
    },
  }
}
