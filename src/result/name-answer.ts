import type { AnswerErrors } from '../catalogue/answer-plan.ts'
import type { ErrorName } from '../config/error-names.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { answerCodes } from './answer-codes.ts'

/**
 * What the configuration calls an error answer: by the code in its body, else by its status alone. Codes are compared
 * whole and in their case. Undefined where it has no name. Nothing of the body gets into the name.
 */
export function nameAnswer(response: UpstreamResponse, errors: AnswerErrors): ErrorName | undefined {
  const named = errors.get(response.status)
  if (named === undefined) return undefined
  if (named.byCode.size === 0) return named.whole
  for (const code of answerCodes(response)) {
    const name = named.byCode.get(code)
    if (name !== undefined) return name
  }
  return named.whole
}
