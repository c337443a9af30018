/**
 * OpenID Connect's scopes, which many clients always ask for: here they mean nothing where they are not offered, and
 * everybody gets refresh tokens.
 */
export const OF_HABIT: ReadonlySet<string> = new Set([
  'openid',
  'offline_access',
  'profile',
  'email',
  'address',
  'phone',
])
