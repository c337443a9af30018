import { hash } from 'node:crypto'
import type { RedisClient } from './connection.ts'

/** Runs a Lua script with its keys, of which there is one at least, and its values. Rejects with what ioredis rejects with. */
export type RunScript = (
  script: string,
  keys: readonly string[],
  values: readonly (string | number)[],
) => Promise<unknown>

/** Sends one command to a node that it is given, and resolves with its answer. */
export type SendCommand = (
  key: string,
  command: (node: Pick<RedisClient, 'eval' | 'evalsha'>) => Promise<unknown>,
) => Promise<unknown>

/**
 * Runs scripts by their digest, and sends one whole only where the server does not have it.
 *
 * @param send - chooses the node, and may wait for more than its answer
 */
export function createScriptRunner(send: SendCommand): RunScript {
  const digests = new Map<string, string>()

  function digestOf(script: string): string {
    const known = digests.get(script)
    if (known !== undefined) return known
    const digest = hash('sha1', script)
    digests.set(script, digest)
    return digest
  }

  return async (script, keys, values) => {
    const key = keys[0] ?? ''
    try {
      return await send(key, node => node.evalsha(digestOf(script), keys.length, ...keys, ...values))
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return send(key, node => node.eval(script, keys.length, ...keys, ...values))
    }
  }
}
