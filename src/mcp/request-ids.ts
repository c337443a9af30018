import { randomBytes } from 'node:crypto'

/** Makes a source of ids that are unique among processes and cheap: a random start and a counter. */
export function createRequestIds(): () => string {
  const start = randomBytes(5).toString('base64url')
  let count = 0
  return () => `${start}-${(++count).toString(36)}`
}
