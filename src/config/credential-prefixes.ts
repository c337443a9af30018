import type { SchemeConfig } from './schema.ts'

/** What credentials of callers begin with, as far as the configuration says it: tokens, and all that OAuth mints. */
export function credentialPrefixes(auth: readonly SchemeConfig[]): readonly string[] {
  return auth.flatMap(scheme => {
    if (scheme.type === 'oauth') return ['oat_', 'ort_', 'oac_', 'ocs_'].map(kind => scheme.prefix + kind)
    const prefix = scheme.type === 'token' || scheme.type === 'bearer' ? scheme.prefix : undefined
    return prefix === undefined || prefix === '' ? [] : [prefix]
  })
}
