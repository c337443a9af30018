import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { keepStringsFast } from './keep-strings-fast.ts'
import { createMemoryStore } from './memory/store.ts'
import { openSqliteStore } from './sqlite/store.ts'
import type { Store } from './store.ts'

/**
 * Opens the store that the configuration names. A relative SQLite path is relative to the configuration file.
 * A Redis that can't be reached does not fail here: `ready()` and every question say so until it can.
 *
 * @param now - milliseconds since the epoch; Redis has a clock of its own
 * @throws PosternError `configuration_invalid` if the SQLite file can't be opened.
 */
export async function openStore(
  config: Pick<Config, 'store' | 'directory'>,
  now: () => number = Date.now,
): Promise<Store> {
  const { store } = config
  switch (store.type) {
    case 'memory':
      return createMemoryStore(now)
    case 'sqlite':
      return openSqliteStore(resolve(config.directory, store.path), now)
    case 'redis': {
      // Not before it is needed: the client takes a while to load.
      const { openRedisStore } = await import('./redis/store.ts')
      keepStringsFast()
      return openRedisStore({ ...store, directory: config.directory })
    }
  }
}
