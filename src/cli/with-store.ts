import type { Config } from '../config/config.ts'
import { PosternError } from '../errors.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'

/**
 * Opens the configured store for one command, and closes it whatever happens.
 *
 * @param what - what the command keeps there, in the plural
 * @throws PosternError `configuration_invalid` for a store that no other process can see
 */
export async function withStore(
  config: Config,
  what: string,
  use: (store: Store) => Promise<void>,
): Promise<void> {
  if (config.store.type === 'memory') {
    throw new PosternError('configuration_invalid', {
      message: `With \`store: { type: memory }\` ${what} live only inside the running gateway. Use sqlite or redis.`,
    })
  }
  const store = await openStore(config)
  try {
    await use(store)
  } finally {
    await store.close()
  }
}
