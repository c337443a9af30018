import type { Principal } from '../auth/principal.ts'

/**
 * Who is asked, as text that is the same for whoever may answer: the same person with the same credential. Access
 * tokens of one OAuth grant are one credential, as they are exchanged in passing. Of callers without a credential
 * nothing tells one from the other.
 */
export function askedPerson({ scheme, subject, organization, credentialId, restsOn }: Principal): string {
  const credential = restsOn.length > 0 ? restsOn : [credentialId]
  return JSON.stringify([scheme, subject, organization ?? null, ...credential])
}
