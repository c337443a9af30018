import { hash } from 'node:crypto'
import type { RedisClient } from './redis-connection.ts'

/** Runs a Lua script with its keys and values. Rejects with what ioredis rejects with. */
export type RunScript = (
  script: string,
  keys: readonly string[],
  values: readonly (string | number)[],
) => Promise<unknown>

/** Runs scripts by their digest, and sends one whole only where the server does not have it. */
export function createScriptRunner(client: Pick<RedisClient, 'eval' | 'evalsha'>): RunScript {
  const digests = new Map<string, string>()

  function digestOf(script: string): string {
    const known = digests.get(script)
    if (known !== undefined) return known
    const digest = hash('sha1', script)
    digests.set(script, digest)
    return digest
  }

  return async (script, keys, values) => {
    try {
      return await client.evalsha(digestOf(script), keys.length, ...keys, ...values)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return client.eval(script, keys.length, ...keys, ...values)
    }
  }
}
