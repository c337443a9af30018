import type { UpstreamCredentialConfig } from '../../config/schema.ts'
import type { UpstreamCredentials } from '../credentials.ts'
import type { CredentialSource } from './credential-source.ts'

/** The same credential for every caller, made once. */
export function createStaticSource({
  header,
  value,
}: Extract<UpstreamCredentialConfig, { type: 'static' }>): CredentialSource {
  const headers = Object.freeze({ [header.toLowerCase()]: value })
  const credentials: UpstreamCredentials = Object.freeze({ headers, from: 'gateway' })
  return () => credentials
}
