import type { UpstreamCredentialConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { UpstreamCredentials } from '../credentials.ts'
import type { CredentialSource } from './credential-source.ts'
import type { SealedCredentials, SealedHeaders } from './sealed-credentials.ts'

/** What {@link createSealedSource} needs. */
export interface SealedOptions {
  readonly config: Extract<UpstreamCredentialConfig, { type: 'sealed' }>
  /** Name of the API. */
  readonly api: string
  /** Positions of the schemes whose subjects are those that credentials were kept for. */
  readonly schemes: ReadonlySet<number>
  readonly sealed: SealedCredentials
}

/**
 * What was kept for this caller, by subject and organisation as verified. A caller for whom nothing was kept is left
 * to the next way; one whose credential can't be opened, or is not what is configured, is refused.
 */
export function createSealedSource({ config, api, schemes, sealed }: SealedOptions): CredentialSource {
  const names = config.headers.map(name => name.toLowerCase())
  const secret = names.filter(name => name !== config.subject?.toLowerCase())

  async function find(subject: string, organization: string | undefined) {
    const headers = await sealed.get({ api, subject, organization })
    return headers === undefined ? undefined : toCredentials(headers)
  }

  function toCredentials(headers: SealedHeaders): UpstreamCredentials {
    // Only headers that the configuration names are kept from clients and documents.
    const isAsConfigured =
      Object.keys(headers).length === names.length && names.every(name => Object.hasOwn(headers, name))
    if (!isAsConfigured) {
      throw new PosternError('sealed_credential_unreadable', {
        detail: `the sealed credential has other headers than the API ${api} is configured with`,
      })
    }
    return { headers, from: 'gateway', secrets: secret.map(name => headers[name] ?? '') }
  }

  return ({ principal: { schemeIndex, subject, organization } }) =>
    schemes.has(schemeIndex) ? find(subject, organization) : undefined
}
