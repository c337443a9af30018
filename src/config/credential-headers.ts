import type { ApiConfig } from './schema.ts'

/**
 * Names of the headers that an API's own credentials may set, as configured; those in which callers sign in, which
 * `forward` sets, are not among them. Nobody else may set any of them, whichever credential a caller gets.
 */
export function credentialHeaders({ credentials }: Pick<ApiConfig, 'credentials'>): readonly string[] {
  return credentials.flatMap(credential => {
    if ('headers' in credential) return credential.headers
    return 'header' in credential ? [credential.header] : []
  })
}
