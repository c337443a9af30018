import type { UpstreamCredentialConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { CredentialOwner, UpstreamCredentials } from '../credentials.ts'
import type { CredentialSource } from './credential-source.ts'
import type { SealedCredentials, SealedHeaders } from './sealed-credentials.ts'

/** What {@link createSealedSource} needs. */
export interface SealedOptions {
  readonly config: Extract<UpstreamCredentialConfig, { type: 'sealed' }>
  /** Name of the API. */
  readonly api: string
  /** Positions of the schemes whose subjects are those that credentials were kept for. */
  readonly schemes: ReadonlySet<number>
  /** Undefined where there is no key to open them: then only what callers bring along is used. */
  readonly sealed: SealedCredentials | undefined
  /** Whether what people typed when a client was connected is this API's, and may go to it. */
  readonly takesGiven: boolean
}

/**
 * What this caller gave when their client was connected, else what was kept for them, by subject and organisation as
 * verified. A caller who has neither is left to the next way; one whose credential can't be opened, or is not what is
 * configured, is refused.
 */
export function createSealedSource(options: SealedOptions): CredentialSource {
  const { config, api, schemes, sealed, takesGiven } = options
  const names = config.headers.map(name => name.toLowerCase())
  const secret = names.filter(name => name !== config.subject?.toLowerCase())

  async function find(subject: string, organization: string | undefined) {
    const headers = await sealed?.get({ api, subject, organization })
    return headers === undefined ? undefined : toCredentials(headers, 'gateway')
  }

  function toCredentials(headers: SealedHeaders, from: CredentialOwner): UpstreamCredentials {
    // Only headers that the configuration names are kept from clients and documents.
    const isAsConfigured =
      Object.keys(headers).length === names.length && names.every(name => Object.hasOwn(headers, name))
    if (!isAsConfigured) {
      throw new PosternError('sealed_credential_unreadable', {
        detail: `the sealed credential has other headers than the API ${api} is configured with`,
      })
    }
    return { headers, from, secrets: secret.map(name => headers[name] ?? '') }
  }

  return ({ principal: { schemeIndex, subject, organization }, given }) => {
    if (takesGiven && given !== undefined) return toCredentials(given(), 'caller')
    return sealed !== undefined && schemes.has(schemeIndex) ? find(subject, organization) : undefined
  }
}
