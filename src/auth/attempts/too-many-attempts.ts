import { PosternError } from '../../errors.ts'

/** The refusal of an attempt that is not looked into. `wait` in milliseconds. */
export function tooManyAttempts(wait: number): PosternError {
  const seconds = Math.max(Math.ceil(wait / 1_000), 1)
  return new PosternError('too_many_attempts', {
    data: { retryAfter: seconds },
    headers: { 'Retry-After': String(seconds) },
  })
}
