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
    const { request, introspection } = scheme.verify
    return [
      ...oneWay(scheme.verify, path),
      ...readable(scheme, path),
      ...(request === undefined || introspection !== undefined ? [] : checkQuestion(scheme, request, path)),
      ...(introspection === undefined ? [] : checkIntrospection(introspection, scheme.type, path)),
    ]
  })
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

type Verified = Extract<SchemeConfig, { type: 'bearer' | 'headers' }>

function readable(scheme: Verified, path: ConfigPath): readonly Finding[] {
  const { scopes, grant, identity } = scheme.verify
  const findings: Finding[] = []
  if (scopes === undefined && grant === undefined) {
    findings.push({
      path,
      message: 'callers would have no scopes and see no tool',
      fix: 'say with scopes where the answer has them, or with grant what every caller may do',
    })
  }
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
