/** Two gateways in processes of their own on one store, as `postern serve` starts them, behind one public name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { createDemoBackend, type DemoBackend } from '../../../src/demo/backend.ts'
import { serveChild } from '../../serve-child.ts'
import { startRedis } from '../../store/start-redis.ts'
import { configuration, doorAt, type OAuthDoor, type OAuthGatewayOptions } from '../gateway.ts'

export interface TwoProcesses {
  readonly one: OAuthDoor
  readonly other: OAuthDoor
  /** The first of them. */
  readonly node: OAuthDoor
  readonly product: DemoBackend
  /** The configuration's file, for the command line. */
  readonly file: string
}

/** Starts them; all end with the test. */
export async function startTwoProcesses(t: Test, options: OAuthGatewayOptions): Promise<TwoProcesses> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-processes-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const product = createDemoBackend({ path: join(directory, 'product.db') })
  const productUrl = await product.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => product.close())
  const store =
    options.store === 'redis'
      ? { type: 'redis', url: (options.redis ?? (await startRedis(t))).url }
      : { type: 'sqlite', path: join(directory, 'postern.db') }
  // Keys are the installation's: both processes read the same file.
  const file = join(directory, 'postern.yaml')
  const audit = { to: 'file', path: join(directory, 'audit.log') }
  writeFileSync(file, stringify({ ...configuration(productUrl, options), store, audit }))
  const [one, other] = await Promise.all(
    [file, file].map(async path => doorAt((await serveChild(t, path)).origin)),
  )
  if (one === undefined || other === undefined) throw new Error('no process')
  return { one, other, node: one, product, file }
}

/** Sends so many requests at once, in turn to both, and resolves with all answers. */
export function inParallel<T>(
  { one, other }: TwoProcesses,
  count: number,
  send: (door: OAuthDoor, number: number) => Promise<T>,
): Promise<readonly T[]> {
  return Promise.all(
    Array.from({ length: count }, (_, number) => send(number % 2 === 0 ? one : other, number)),
  )
}
