import type { Test } from 'tap'
import type { Answer } from './token-requests.ts'

/** Shows that a request was refused as RFC 6749 section 5.2 has it, and that the answer says no more than that. */
export function refused(
  t: Test,
  { status, body, headers }: Answer,
  name: string,
  error = 'invalid_grant',
): void {
  const expected = { status: error === 'invalid_client' ? 401 : 400, error }
  t.strictSame({ status, error: body.error }, expected, name)
  t.strictSame(Object.keys(body), ['error', 'error_description'], `${name}: and no more`)
  t.equal(headers.get('cache-control'), 'no-store')
}
