/** Starts Luciq with both clusters, and the gateway with a certificate of an authority that this process trusts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Test } from 'tap'
import { type Authority, makeAuthority, makeCertificate } from '../../make-certificate.ts'
import { type System, type SystemOptions, startSystem } from '../system.ts'
import type { Luciq } from './backend.ts'

/** Host names that the certificate is for, besides loopback. */
const NAMES = ['127.0.0.1', 'localhost', 'api.instabug.com', 'northwind.instabug.com']

/** The system, its endpoint and who signed its certificate. */
export interface LuciqSystem extends System {
  readonly url: string
  readonly authority: Authority
}

/** All ends with the test. From here on `fetch` of this process takes certificates of the authority. */
export async function startLuciq(
  t: Test,
  product: Luciq,
  env: SystemOptions['env'] = {},
): Promise<LuciqSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-luciq-tls-'))
  const authority = makeAuthority()
  const made = makeCertificate({ authority, names: NAMES })
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  writeFileSync(cert, made.cert)
  writeFileSync(key, made.key, { mode: 0o600 })
  setDefaultCACertificates([...getCACertificates('default'), authority.cert])
  t.teardown(async () => {
    await product.northwind.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const northwind = await product.northwind.listen()
  const system = await startSystem(t, 'luciq', product, {
    env: { TLS_CERT: cert, TLS_KEY: key, LUCIQ_NORTHWIND_URL: northwind, ...env },
  })
  return { ...system, url: `${system.origin}/api/mcp`, authority }
}
