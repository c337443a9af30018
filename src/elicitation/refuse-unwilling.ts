import { PosternError } from '../errors.ts'
import type { Interview } from './interview.ts'

/** Ends a call that its user did not want, or did not answer. @throws PosternError `declined` */
export function refuseUnwilling(interview: Interview, action: 'decline' | 'cancel'): never {
  interview.consent = action === 'decline' ? 'declined' : 'cancelled'
  if (action === 'decline') throw new PosternError('declined')
  throw new PosternError('declined', {
    message:
      'The user was asked and gave no answer, so nothing was done. Ask what they want before you call this again.',
  })
}
