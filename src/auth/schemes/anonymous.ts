import type { SchemeConfig } from '../../config/schema.ts'
import type { Authenticated } from '../principal.ts'

export interface AnonymousSchemeOptions {
  readonly config: Extract<SchemeConfig, { type: 'anonymous' }>
  readonly index: number
}

/** The caller who presents nothing: one frozen object. Never the answer to a credential that was refused. */
export function createAnonymousCaller({ config, index }: AnonymousSchemeOptions): Authenticated {
  return Object.freeze({
    principal: Object.freeze({
      subject: 'anonymous',
      organization: undefined,
      roles: Object.freeze([]),
      scopes: Object.freeze([...config.scopes]),
      scheme: 'anonymous' as const,
      schemeIndex: index,
      credentialId: 'anonymous',
      expiresAt: undefined,
      client: undefined,
      sequence: undefined,
      issuedAt: undefined,
      restsOn: [],
      audience: undefined,
    }),
    forwardable: Object.freeze({}),
  })
}
