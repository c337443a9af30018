import type { ProductSignIn } from '../given-credentials.ts'
import { isLoopback } from '../loopback.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { OAuthConfig, SignInConfig } from '../schema.ts'
import { unusableHeader } from '../unusable-header.ts'
import { checkVerified } from './verify.ts'

/** Ways of signing in at the authorization server that nobody could use, or that would let in whom they shouldn't. */
export function checkSignIn({ signIn }: OAuthConfig, path: ConfigPath): readonly Finding[] {
  return signIn.flatMap((way, position) => {
    const at = [...path, 'signIn', position]
    return [...named(signIn, position, at), ...ofType(way, at)]
  })
}

/** Grants remember the way by its name. */
function named(all: readonly SignInConfig[], position: number, path: ConfigPath): readonly Finding[] {
  const names = all.map(({ name }) => name)
  const name = names[position] ?? ''
  if (names.indexOf(name) === position) return []
  const concerns = [[...path.slice(0, -1), names.indexOf(name)]]
  return [
    { path, message: `another way of signing in is named ${name}`, fix: 'give each its own name', concerns },
  ]
}

function ofType(way: SignInConfig, path: ConfigPath): readonly Finding[] {
  switch (way.type) {
    case 'oidc':
      return issuer(way.issuer, path)
    case 'product':
      return product(way, path)
    case 'proxy':
      return namingHeaders(way, path)
  }
}

/** Its metadata says where the browser is sent and whose word is taken (OpenID Connect Discovery 1.0 section 4). */
function issuer(value: string, path: ConfigPath): readonly Finding[] {
  const url = new URL(value)
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return []
  return [
    {
      path: [...path, 'issuer'],
      message: 'whoever stands between could sign in as anybody over plain http',
      fix: 'write https:// (http:// only for localhost, 127.0.0.1 or [::1])',
    },
  ]
}

function product(way: ProductSignIn, path: ConfigPath): readonly Finding[] {
  const { headers, labels, subject } = way
  const findings: Finding[] = headers.flatMap((name, at) => unusable(name, [...path, 'headers', at]))
  const names = headers.map(name => name.toLowerCase())
  if (new Set(names).size < names.length) {
    findings.push({ path: [...path, 'headers'], message: 'a header is named twice', fix: 'name each once' })
  }
  if (labels !== undefined && labels.length !== headers.length) {
    findings.push({
      path: [...path, 'labels'],
      message: `there ${labels.length === 1 ? 'is one label' : `are ${labels.length} labels`} for ${headers.length} ${headers.length === 1 ? 'header' : 'headers'}`,
      fix: 'write one for each header, in the same order',
      concerns: [[...path, 'headers']],
    })
  }
  if (subject !== undefined && !names.includes(subject.toLowerCase())) {
    findings.push({
      path: [...path, 'subject'],
      message: 'not one of the headers of this way',
      fix: `write one of ${headers.join(', ')}`,
    })
  } else if (subject !== undefined && headers.length === 1) {
    findings.push({
      path: [...path, 'subject'],
      message: 'it would be all that people type, and proves nothing',
      fix: 'add the header of the secret, or remove subject',
    })
  }
  return [...findings, ...checkVerified(asScheme(way), [...path, 'verify'])]
}

/** A single `Authorization` is verified as the scheme `bearer` does it, all else as the scheme `headers`. */
function asScheme({ headers, subject, verify }: ProductSignIn): Parameters<typeof checkVerified>[0] {
  const [header = 'Authorization', ...more] = headers
  const isBearer = more.length === 0 && header.toLowerCase() === 'authorization'
  if (isBearer) return { type: 'bearer', header: 'Authorization', verify }
  return { type: 'headers', headers: [...headers], subject, verify }
}

type ProxySignIn = Extract<SignInConfig, { readonly type: 'proxy' }>

/** Of two members in one header, the one would be taken for the other. */
function namingHeaders(way: ProxySignIn, path: ConfigPath): readonly Finding[] {
  const named = (['subject', 'organization', 'roles'] as const).flatMap(key =>
    way[key] === undefined ? [] : [{ key, header: way[key] }],
  )
  return named.flatMap(({ key, header }, at) => {
    const reason = identityMistake(header)
    if (reason !== undefined) {
      return [{ path: [...path, key], message: `${header} ${reason}`, fix: 'write another header' }]
    }
    const earlier = named.slice(0, at).find(other => other.header.toLowerCase() === header.toLowerCase())
    if (earlier === undefined) return []
    const message = `the same header as ${earlier.key}`
    return [{ path: [...path, key], message, fix: 'give each its own' }]
  })
}

/** Proxies name people in `X-Forwarded-User`; what else proxies write says where a request came from. */
function identityMistake(header: string): string | undefined {
  const name = header.toLowerCase()
  if (/^x-forwarded-(?:user|email|preferred-username|groups)$/.test(name)) return undefined
  if (name === 'authorization') return 'holds credentials, and names nobody'
  const reason = unusableHeader(name)
  return reason === undefined ? undefined : `${reason} and can’t name anybody`
}

function unusable(name: string, path: ConfigPath): readonly Finding[] {
  const reason = unusableHeader(name)
  if (reason === undefined) return []
  return [{ path, message: `${name} ${reason} and can’t carry a credential`, fix: 'write another header' }]
}
