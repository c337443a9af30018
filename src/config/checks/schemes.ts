import type { Config } from '../config.ts'
import { exposedName } from '../exposed-name.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { SchemeConfig } from '../schema.ts'
import { unusableHeader } from '../unusable-header.ts'

/** Ways of signing in that would let in whom they shouldn't, or nobody. */
export function checkSchemes(config: Config): readonly Finding[] {
  return config.auth.flatMap((scheme, index) => [
    ...anonymous(config, scheme, index),
    ...carriers(scheme, index),
    ...conflicts(config.auth, scheme, index),
  ])
}

function anonymous(config: Config, scheme: SchemeConfig, index: number): readonly Finding[] {
  if (scheme.type !== 'anonymous' || config.allowAnonymous) return []
  const name = exposedName(config)
  if (name === undefined) return []
  const instead = name === config.listen.host ? 'listen on 127.0.0.1' : `serve no clients by the name ${name}`
  return [
    {
      path: ['auth', index, 'type'],
      message: `others can reach ${name}, and they would need no credential`,
      fix: `${instead}, remove the scheme, or set allowAnonymous: true`,
      concerns: [['listen', 'host'], ['publicUrl'], ['allowedHosts'], ['allowAnonymous']],
    },
  ]
}

function carriers(scheme: SchemeConfig, index: number): readonly Finding[] {
  if (scheme.type === 'anonymous') return []
  if (scheme.type !== 'headers') return unusable(['auth', index, 'header'], scheme.header)
  const findings = scheme.headers.flatMap((name, at) => unusable(['auth', index, 'headers', at], name))
  const names = scheme.headers.map(name => name.toLowerCase())
  if (new Set(names).size < names.length) {
    findings.push({
      path: ['auth', index, 'headers'],
      message: 'a header is named twice',
      fix: 'name each once',
    })
  }
  if (scheme.subject !== undefined && !names.includes(scheme.subject.toLowerCase())) {
    findings.push({
      path: ['auth', index, 'subject'],
      message: 'not one of the headers of this scheme',
      fix: `write one of ${scheme.headers.join(', ')}`,
    })
  }
  return findings
}

function unusable(path: ConfigPath, name: string): Finding[] {
  const reason = unusableHeader(name)
  if (reason === undefined) return []
  return [{ path, message: `${name} ${reason} and can’t carry a credential`, fix: 'write another header' }]
}

/** A scheme that would take, or never be given, what an earlier one takes. */
function conflicts(
  schemes: readonly SchemeConfig[],
  scheme: SchemeConfig,
  index: number,
): readonly Finding[] {
  return schemes.slice(0, index).flatMap((earlier, position) => {
    const message = conflict(earlier, scheme)
    if (message === undefined) return []
    return [
      {
        path: ['auth', index],
        message: `auth[${position}] ${message}`,
        fix: 'tell them apart by header or by prefix, or remove one',
        concerns: [['auth', position], ['name']],
      },
    ]
  })
}

function conflict(earlier: SchemeConfig, later: SchemeConfig): string | undefined {
  if (earlier.type === 'anonymous' || later.type === 'anonymous') {
    return earlier.type === later.type ? 'already lets callers in without a credential' : undefined
  }
  if (earlier.type === 'headers' || later.type === 'headers') {
    const [a, b] = [headersOf(earlier), headersOf(later)]
    return includesAll(a, b) || includesAll(b, a) ? 'is presented in the same headers' : undefined
  }
  if (earlier.header.toLowerCase() !== later.header.toLowerCase()) return undefined
  if (earlier.type === 'oauth' && later.type === 'oauth') return 'is the authorization server already'
  if (earlier.type === 'jwt' || later.type === 'jwt') return jwtConflict(earlier, later)
  return prefixConflict(startsOf(earlier), startsOf(later))
}

type HeaderScheme = Exclude<SchemeConfig, { type: 'anonymous' | 'headers' }>

/** What tokens of a scheme start with; '' where they may be anything. */
function startsOf(scheme: Exclude<HeaderScheme, { type: 'jwt' }>): readonly string[] {
  if (scheme.type === 'oauth') return OAUTH_KINDS.map(kind => scheme.prefix + kind)
  return [scheme.prefix ?? '']
}

/** Access tokens, refresh tokens and codes: all are the scheme's, though it takes only the first. */
const OAUTH_KINDS = ['oat_', 'ort_', 'oac_'] as const

function prefixConflict(earlier: readonly string[], later: readonly string[]): string | undefined {
  for (const first of earlier) {
    for (const second of later) {
      if (second.startsWith(first)) return 'already takes every credential of this one'
      // Without a prefix of its own a scheme takes the rest; with one that others share, a slip changes who verifies.
      if (second !== '' && first.startsWith(second)) return 'has a prefix that starts with this one’s'
    }
  }
  return undefined
}

/** What every JWT starts with: `{"` in base64url. */
const JWT_START = 'eyJ'

/** JWTs are told apart by their issuer, and from other tokens by their form; a bearer behind them takes the rest. */
function jwtConflict(earlier: HeaderScheme, later: HeaderScheme): string | undefined {
  if (earlier.type === 'jwt' && later.type === 'jwt') {
    return earlier.issuer === later.issuer ? 'already takes every JWT of this issuer' : undefined
  }
  const other = earlier.type === 'jwt' ? later : earlier
  if (other.type === 'jwt') return undefined
  if (other.type === 'bearer' && other === later) return undefined
  const isAlike = startsOf(other).some(start => JWT_START.startsWith(start) || start.startsWith(JWT_START))
  return isAlike ? 'and this one take tokens that start alike' : undefined
}

function headersOf(scheme: Exclude<SchemeConfig, { type: 'anonymous' }>): readonly string[] {
  const names = scheme.type === 'headers' ? scheme.headers : [scheme.header]
  return names.map(name => name.toLowerCase())
}

function includesAll(all: readonly string[], some: readonly string[]): boolean {
  return some.every(name => all.includes(name))
}
