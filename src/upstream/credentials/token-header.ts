import type { UpstreamCredentials } from '../credentials.ts'

/** A token of the gateway's in its header: `Bearer <token>` in `Authorization`, the token alone in any other. */
export function tokenHeader(header: string, token: string): UpstreamCredentials {
  const name = header.toLowerCase()
  const headers = Object.freeze({ [name]: name === 'authorization' ? `Bearer ${token}` : token })
  return Object.freeze({ headers, from: 'gateway' })
}
