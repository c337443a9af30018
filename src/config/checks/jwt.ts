import type { Config } from '../config.ts'
import { isLoopback } from '../loopback.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { SchemeConfig } from '../schema.ts'

type JwtConfig = Extract<SchemeConfig, { type: 'jwt' }>

const LONGEST_SKEW = 300_000

/** JWT schemes whose keys could come from somebody else, or from nowhere, and times that contradict each other. */
export function checkJwt(config: Config): readonly Finding[] {
  return config.auth.flatMap((scheme, index) => {
    if (scheme.type !== 'jwt') return []
    const path = ['auth', index]
    return [...source(scheme, path), ...times(scheme, path)]
  })
}

function source({ issuer, jwks }: JwtConfig, path: ConfigPath): readonly Finding[] {
  const [key, value] = jwks === undefined ? ['issuer', issuer] : ['jwks', jwks]
  const message = sourceMistake(value, key === 'issuer')
  if (message === undefined) return []
  const fix =
    key === 'issuer'
      ? 'write the issuer’s https URL, or set jwks to the https URL of its keys'
      : 'write an https URL (http:// only for localhost, 127.0.0.1 or [::1])'
  return [{ path: [...path, key], message, fix }]
}

function sourceMistake(value: string, isIssuer: boolean): string | undefined {
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) return 'no keys can be fetched from there'
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || url.hash !== '' || value.includes('#')) {
    return 'a URL of keys has no user and no fragment'
  }
  // RFC 8414 section 2: the metadata's address is made of the issuer, which therefore has no query.
  if (isIssuer && value.includes('?')) return 'an issuer with a query has no metadata'
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined
  return 'the keys would come over plain http, and whoever stands between could sign in as anybody'
}

function times({ clockSkew, keys }: JwtConfig, path: ConfigPath): readonly Finding[] {
  const findings: Finding[] = []
  if (clockSkew > LONGEST_SKEW) {
    findings.push({
      path: [...path, 'clockSkew'],
      message: 'tokens would be taken long after they have expired',
      fix: 'write at most 5m',
    })
  }
  if (keys.keep < keys.refresh) {
    findings.push({
      path: [...path, 'keys', 'keep'],
      message: 'shorter than keys.refresh',
      fix: 'write at least as much as keys.refresh',
      concerns: [[...path, 'keys', 'refresh']],
    })
  }
  return findings
}
