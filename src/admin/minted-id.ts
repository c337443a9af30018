/** Whether this is the id of a token that Postern minted. */
export function isMintedId(id: string): boolean {
  return id.startsWith('tok_') || id.startsWith('oat_')
}

/** What ids of credentials look like: minted tokens, OAuth grants and their access tokens, the product's own credentials, JWTs with and without an id. */
export const CREDENTIAL_ID =
  /^(?:(?:tok|oat|gra)_[A-Za-z0-9_-]{1,64}|crd_[A-Za-z0-9_-]{1,64}|jwt_[A-Za-z0-9_-]{1,64}|jti_.{1,512})$/s
