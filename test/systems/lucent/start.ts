/** Lucent as a whole: the product, the place where people sign in to it, and the gateway. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type System, startSystem } from '../system.ts'
import { createLucent, type Lucent } from './backend.ts'
import { PUBLIC_URL } from './client.ts'
import { CLIENT_SECRET, type SignIn, startSignIn } from './sign-in.ts'

export interface RunningLucent {
  readonly product: Lucent
  readonly people: SignIn
  readonly system: System
  /** Of the MCP server. */
  readonly url: string
  /** All bytes that the store has on disk, its log included, each as one character. */
  readonly stored: () => string
  /** Path of the store's file. */
  readonly store: string
}

/** Starts it; all ends with the test. */
export async function startLucent(t: Test): Promise<RunningLucent> {
  const product = createLucent()
  const people = await startSignIn({ publicUrl: PUBLIC_URL })
  t.teardown(() => people.close())
  const store = join(t.testdir({}), 'lucent.db')
  const system = await startSystem(t, 'lucent', product, {
    env: {
      LUCENT_SIGNING_KEY: product.signingKey,
      LUCENT_ISSUER: people.issuer,
      LUCENT_OIDC_SECRET: CLIENT_SECRET,
      STORE: store,
    },
  })
  const stored = () => [store, `${store}-wal`].map(path => readFileSync(path, 'latin1')).join('\n')
  return { product, people, system, url: `${system.origin}/api/mcp`, stored, store }
}
