import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'

/** A key that nothing is made with: whoever wrote it believes the audit to be guarded by it. */
export function checkAudit({ audit }: Config): readonly Finding[] {
  if (audit.to === 'off' || audit.key === undefined || audit.chain === true) return []
  return [
    {
      path: ['audit', 'key'],
      message: 'a key without a chain guards nothing',
      fix: 'add chain: true beside it',
      secret: true,
    },
  ]
}
