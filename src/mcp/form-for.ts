import type { ElicitRequest } from '../elicitation/dialogue.ts'
import { olderForm } from '../elicitation/older-form.ts'
import type { ProtocolVersion } from './versions.ts'

/** A question as clients of this revision take it. @throws PosternError `user_not_asked` */
export function formFor(version: ProtocolVersion, request: ElicitRequest): ElicitRequest {
  return version === '2025-06-18' ? olderForm(request) : request
}
