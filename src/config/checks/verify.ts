import type { Config } from '../config.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { SchemeConfig, VerifyConfig } from '../schema.ts'
import { checkIntrospection } from './introspection.ts'
import { checkQuestion } from './question.ts'

/** Verifications that would accept whom they shouldn't, or nobody. */
export function checkVerify(config: Config): readonly Finding[] {
  return config.auth.flatMap((scheme, index) => {
    if (scheme.type !== 'bearer' && scheme.type !== 'headers') return []
    const path = ['auth', index, 'verify']
    return [...checkVerified(scheme, path), ...readable(scheme, path)]
  })
}

/** The same for what is presented in another way, which says with `verify` how it is verified. */
export function checkVerified(scheme: Verified, path: ConfigPath): readonly Finding[] {
  const { request, introspection } = scheme.verify
  return [
    ...oneWay(scheme.verify, path),
    ...comparable(scheme, path),
    ...(request === undefined || introspection !== undefined ? [] : checkQuestion(scheme, request, path)),
    ...(introspection === undefined ? [] : checkIntrospection(introspection, scheme.type, path)),
  ]
}

/** Keys that say how the product is asked. */
const OF_REQUESTS = ['request', 'headers', 'body'] as const

function oneWay(verify: VerifyConfig, path: ConfigPath): readonly Finding[] {
  const { request, introspection } = verify
  if (request === undefined && introspection === undefined) {
    const fix = 'add request, GET /v1/me for example, or introspection'
    return [{ path, message: 'it does not say who is asked', fix }]
  }
  if (introspection === undefined) return []
  // With forward, api says whose the tokens are.
  const keys = introspection.forward ? OF_REQUESTS : ([...OF_REQUESTS, 'api'] as const)
  const foreign = keys.filter(key => verify[key] !== undefined)
  return foreign.map(key => ({
    path: [...path, key],
    message: 'the product is not asked where introspection is set',
    fix: `remove ${key}, or introspection`,
    concerns: [[...path, 'introspection']],
    secret: true,
  }))
}

/** A scheme, or as much of one as its verification asks for. */
export type Verified =
  | Pick<Extract<SchemeConfig, { type: 'bearer' }>, 'type' | 'header' | 'verify'>
  | Pick<Extract<SchemeConfig, { type: 'headers' }>, 'type' | 'headers' | 'subject' | 'verify'>

function readable({ verify: { scopes, grant } }: Verified, path: ConfigPath): readonly Finding[] {
  if (scopes !== undefined || grant !== undefined) return []
  return [
    {
      path,
      message: 'callers would have no scopes and see no tool',
      fix: 'say with scopes where the answer has them, or with grant what every caller may do',
    },
  ]
}

function comparable(scheme: Verified, path: ConfigPath): readonly Finding[] {
  const { identity } = scheme.verify
  const findings: Finding[] = []
  // A bearer claims nothing that could differ; it may share its verify with a pair of headers.
  if (scheme.type === 'headers' && identity !== undefined && scheme.subject === undefined) {
    findings.push({
      path: [...path, 'identity'],
      message: 'there is no subject header that it could be compared with',
      fix: 'set the scheme’s subject, or remove identity',
      concerns: [path.slice(0, -1).concat('subject')],
    })
  }
  return findings
}
