import type { Test } from 'tap'
import { type System, startSystem } from '../system.ts'
import { createLumos, type Lumos, PUBLIC_URL } from './backend.ts'
import { CLIENT_SECRET, startLogin } from './login.ts'

/** Starts product, login and gateway; all end with the test. */
export async function startLumos(
  t: Test,
): Promise<{ readonly product: Lumos; readonly system: System; readonly issuer: string }> {
  const product = createLumos()
  const login = await startLogin({ publicUrl: PUBLIC_URL })
  t.teardown(() => login.close())
  const env = {
    LUMOS_ISSUER: login.issuer,
    LUMOS_OIDC_SECRET: CLIENT_SECRET,
    LUMOS_SIGNING_KEY: product.signingKey,
  }
  return { product, system: await startSystem(t, 'lumos', product, { env }), issuer: login.issuer }
}
