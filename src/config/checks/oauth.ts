import type { Config } from '../config.ts'
import { isLoopback } from '../loopback.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { OAuthConfig } from '../schema.ts'
import { checkScopeNames } from './oauth-scopes.ts'
import { checkSignIn } from './sign-in.ts'

/**
 * An authorization server that would give tokens to whom it shouldn't, or to nobody. What its redirect URIs are is
 * checked in `redirects.ts`, how it stands to the other schemes in `schemes.ts`.
 */
export function checkOAuth(config: Config): readonly Finding[] {
  return config.auth.flatMap((scheme, index) => {
    if (scheme.type !== 'oauth') return []
    const path = ['auth', index]
    return [
      ...address(config, path),
      ...lifetimes(scheme, path),
      ...clients(scheme, path),
      ...identityProviders(scheme, path),
      ...ownIssuer(config, path),
      ...checkScopeNames(config, scheme, path),
      ...checkSignIn(scheme, path),
    ]
  })
}

/** It is the issuer of all tokens, and what browsers and clients are sent to. */
function address({ publicUrl, listen }: Config, path: ConfigPath): readonly Finding[] {
  // A public URL over plain http is reported for every configuration.
  if (publicUrl !== undefined || isLoopback(listen.host)) return []
  return [
    {
      path,
      message: 'clients and browsers would not know where to go, and no header of a request is believed',
      fix: 'set publicUrl to the https URL that clients type',
      concerns: [['publicUrl'], ['listen', 'host']],
    },
  ]
}

const LONGEST_CODE = 600_000
const LONGEST_GRACE = 60_000
const LONGEST_MACHINE_TOKEN = 86_400_000

function lifetimes(oauth: OAuthConfig, path: ConfigPath): readonly Finding[] {
  const { code, refreshGrace, refreshToken, accessToken, machineToken } = oauth
  const findings: Finding[] = []
  if (code > LONGEST_CODE) {
    // RFC 6749 section 4.1.2.
    const message = 'a code that leaked could be used for long'
    findings.push({ path: [...path, 'code'], message, fix: 'write at most 10m' })
  }
  if (refreshGrace > LONGEST_GRACE) {
    const message = 'a refresh token that was stolen could be used unnoticed for that long'
    findings.push({ path: [...path, 'refreshGrace'], message, fix: 'write at most 60s' })
  }
  if (machineToken > LONGEST_MACHINE_TOKEN) {
    const message = 'no machine needs a token for that long, since it can have a new one at any time'
    findings.push({ path: [...path, 'machineToken'], message, fix: 'write at most 24h' })
  }
  if (refreshToken < accessToken) {
    findings.push({
      path: [...path, 'refreshToken'],
      message: 'shorter than accessToken: it would end before it is needed',
      fix: 'write at least as much as accessToken',
      concerns: [[...path, 'accessToken']],
    })
  }
  return findings
}

/** A scheme before the first `:` and `//`: what would be taken for the URL of a metadata document. */
const URL_START = /^[a-z][a-z0-9+.-]*:\/\//i

function clients({ clients: all }: OAuthConfig, path: ConfigPath): readonly Finding[] {
  const ids = all.map(({ id }) => id)
  return ids.flatMap((id, position) => {
    const at = [...path, 'clients', position, 'id']
    if (URL_START.test(id)) {
      return [
        {
          path: at,
          message: 'a client whose id is a URL is known by the document there, not by this entry',
          fix: 'remove the entry, or write a name',
        },
      ]
    }
    if (ids.indexOf(id) === position) return []
    return [{ path: at, message: 'another client has this id', fix: 'give each its own' }]
  })
}

function identityProviders({ identityProviders: all }: OAuthConfig, path: ConfigPath): readonly Finding[] {
  const issuers = all.map(({ issuer }) => issuer)
  return all.flatMap(({ issuer, jwks }, position) => {
    const at = [...path, 'identityProviders', position]
    const findings: Finding[] = []
    if (issuers.indexOf(issuer) < position) {
      const message = 'another identity provider has this issuer'
      findings.push({ path: [...at, 'issuer'], message, fix: 'name each once' })
    }
    const [key, value] = jwks === undefined ? ['issuer', issuer] : ['jwks', jwks]
    const message = keysMistake(value, key === 'issuer')
    if (message !== undefined) {
      const fix =
        key === 'issuer'
          ? 'write the issuer’s https URL, or set jwks to the https URL of its keys'
          : 'write an https URL (http:// only for localhost, 127.0.0.1 or [::1])'
      findings.push({ path: [...at, key], message, fix })
    }
    return findings
  })
}

function keysMistake(value: string, isIssuer: boolean): string | undefined {
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) return 'no keys can be fetched from there'
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || value.includes('#')) {
    return 'a URL of keys has no user and no fragment'
  }
  if (isIssuer && value.includes('?')) return 'an issuer with a query has no metadata'
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined
  return 'the keys would come over plain http, and whoever stands between could connect as anybody'
}

/** Whoever can sign for another scheme's issuer could otherwise speak for the authorization server itself. */
function ownIssuer({ auth, publicUrl }: Config, path: ConfigPath): readonly Finding[] {
  if (publicUrl === undefined) return []
  const isOwn = (issuer: string) => issuer.replace(/\/+$/, '') === publicUrl
  const finding = (at: ConfigPath): Finding => ({
    path: at,
    message: 'this is the issuer of the scheme oauth, whose tokens that scheme takes itself',
    fix: 'remove it',
    concerns: [path, ['publicUrl']],
  })
  return auth.flatMap((scheme, index) => {
    if (scheme.type === 'jwt' && isOwn(scheme.issuer)) return [finding(['auth', index, 'issuer'])]
    if (scheme.type !== 'oauth') return []
    return [
      ...scheme.identityProviders.flatMap(({ issuer }, at) =>
        isOwn(issuer) ? [finding(['auth', index, 'identityProviders', at, 'issuer'])] : [],
      ),
      ...scheme.signIn.flatMap((way, at) =>
        way.type === 'oidc' && isOwn(way.issuer) ? [finding(['auth', index, 'signIn', at, 'issuer'])] : [],
      ),
    ]
  })
}
