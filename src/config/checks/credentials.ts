import type { Config } from '../config.ts'
import { credentialSchemes, forwardingApi, tokenIssuer, verifyingApi } from '../credential-schemes.ts'
import { givenBy, isGivenTo, productSignIns } from '../given-credentials.ts'
import { isLoopback } from '../loopback.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { UpstreamCredentialConfig } from '../schema.ts'
import { unusableHeader } from '../unusable-header.ts'

/** Upstream credentials that could never be used, could not be sent, or would go to whom they don't concern. */
export function checkCredentials(config: Config): readonly Finding[] {
  return config.apis.flatMap((api, index) =>
    api.credentials.flatMap((credential, position) => {
      const path = ['apis', index, 'credentials', position]
      return [
        ...unreachable(api.credentials, position, path),
        ...headers(credential, path),
        ...ofType(credential, { config, api: api.name, path }),
      ]
    }),
  )
}

interface Place {
  readonly config: Config
  /** Name of the API. */
  readonly api: string
  readonly path: ConfigPath
}

type Of<Type extends UpstreamCredentialConfig['type']> = Extract<
  UpstreamCredentialConfig,
  { readonly type: Type }
>

function ofType(credential: UpstreamCredentialConfig, place: Place): readonly Finding[] {
  switch (credential.type) {
    case 'none':
      return []
    case 'static':
      return checkStatic(credential, place.path)
    case 'forward':
      return [...strangers(credential, place), ...checkForward(credential, place)]
    case 'identity':
      return checkIdentity(place)
    case 'exchange':
      return [...strangers(credential, place), ...checkExchange(credential, place)]
    case 'sealed':
      return checkSealed(credential, place)
  }
}

function unreachable(
  credentials: readonly UpstreamCredentialConfig[],
  position: number,
  path: ConfigPath,
): readonly Finding[] {
  const always = credentials.slice(0, position).find(({ type }) => FITS_ALL.has(type))
  if (always === undefined) return []
  return [
    { path, message: `never used: ${always.type} before it fits every caller`, fix: 'move or remove it' },
  ]
}

const FITS_ALL: ReadonlySet<string> = new Set(['none', 'static', 'identity'])

function headers(credential: UpstreamCredentialConfig, path: ConfigPath): readonly Finding[] {
  if ('header' in credential) return unusable(credential.header, [...path, 'header'])
  if (!('headers' in credential)) return []
  const findings = credential.headers.flatMap((name, index) => unusable(name, [...path, 'headers', index]))
  const names = credential.headers.map(name => name.toLowerCase())
  if (new Set(names).size < names.length) {
    findings.push({ path: [...path, 'headers'], message: 'a header is named twice', fix: 'name each once' })
  }
  return findings
}

function unusable(header: string, path: ConfigPath): Finding[] {
  const reason = unusableHeader(header)
  if (reason === undefined) return []
  return [{ path, message: `${header} ${reason} and can’t carry a credential`, fix: 'write another header' }]
}

/** Names under `from` that nobody has: a slip would keep callers out, or send them on with another credential. */
function strangers({ type, from = [] }: Of<'forward' | 'exchange'>, place: Place): readonly Finding[] {
  const { auth, apis } = place.config
  const nameOf = type === 'forward' ? forwardingApi : tokenIssuer
  const known = [...new Set(auth.flatMap(scheme => nameOf(scheme, apis) ?? []))]
  return from.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          {
            path: [...place.path, 'from', index],
            message: 'no scheme under auth has credentials of that name',
            fix: known.length === 0 ? 'remove it' : `write ${known.join(' or ')}`,
            concerns: [['auth']],
          },
        ],
  )
}

function checkForward(credential: Of<'forward'>, { config, api, path }: Place): readonly Finding[] {
  if (credentialSchemes(config, api, credential)?.size !== 0) return []
  const verifiers = [...new Set(config.auth.flatMap(scheme => forwardingApi(scheme, config.apis) ?? []))]
  const concerns = [['auth']]
  if (verifiers.length === 0) {
    return [
      {
        path,
        message: 'no scheme under auth has a credential that may be forwarded',
        fix: 'add a scheme bearer or headers, or sign in with static',
        concerns,
      },
    ]
  }
  return [
    {
      path,
      message: `the credentials that callers present are ${verifiers.join('’s and ')}’s, and go to no other API`,
      fix: `set from: [${verifiers.join(', ')}] if ${api} may have them, or sign in with static`,
      concerns,
    },
  ]
}

function checkIdentity({ config, path }: Place): readonly Finding[] {
  const findings: Finding[] = []
  if (config.signing === undefined) {
    findings.push({
      path,
      message: 'there is no key to sign with',
      fix: 'add signing: { keys: [{ file: ./signing.pem }] }',
      concerns: [['signing']],
    })
  }
  if (config.publicUrl === undefined) {
    findings.push({
      path,
      message: 'backends would not know who signed',
      fix: 'set publicUrl: it is the iss of the tokens, and their keys are below it',
      concerns: [['publicUrl']],
    })
  }
  return findings
}

function checkExchange(credential: Of<'exchange'>, { config, api, path }: Place): readonly Finding[] {
  const findings: Finding[] = []
  const address = endpointMistake(credential.tokenEndpoint)
  if (address !== undefined) {
    const fix = 'write an https URL (http:// only for localhost, 127.0.0.1 or [::1])'
    findings.push({ path: [...path, 'tokenEndpoint'], message: address, fix })
  }
  const fitting = credentialSchemes(config, api, credential)?.size ?? 0
  if (fitting === 0) {
    const message = 'no scheme under auth has tokens that could be exchanged'
    const fix = 'add a scheme jwt, or name under from the API that verifies a scheme bearer'
    findings.push({ path, message, fix, concerns: [['auth']] })
  } else if (credential.from === undefined && fitting > 1) {
    // Or this provider would be shown the tokens of the other one.
    const message = 'there are several issuers whose tokens could be meant'
    findings.push({ path, message, fix: 'name under from those of this provider', concerns: [['auth']] })
  }
  return findings
}

function endpointMistake(value: string): string | undefined {
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) return 'no token endpoint'
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || value.includes('#')) return 'it has a user or a fragment'
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined
  return 'tokens would go over plain http'
}

function checkSealed(credential: Of<'sealed'>, { config, api, path }: Place): readonly Finding[] {
  const { headers, subject, schemes } = credential
  const findings: Finding[] = [...checkGiven(headers, api, config, path)]
  if (config.sealing === undefined && needsSealing(credential, api, config)) {
    findings.push({
      path,
      message: 'there is no key to open it with',
      fix: 'add sealing: { keys: [{ file: ./sealing.key }] }',
      concerns: [['sealing']],
    })
  }
  if (subject !== undefined && !headers.some(name => name.toLowerCase() === subject.toLowerCase())) {
    const message = 'not one of the headers of this credential'
    findings.push({ path: [...path, 'subject'], message, fix: `write one of ${headers.join(', ')}` })
  }
  const known = config.auth.flatMap(({ type }) => (type === 'anonymous' ? [] : [type]))
  const missing = schemes?.find(scheme => !known.includes(scheme))
  if (missing !== undefined) {
    const message = `there is no scheme ${missing} under auth`
    findings.push({ path: [...path, 'schemes'], message, fix: 'remove it', concerns: [['auth']] })
  } else if (schemes === undefined && known.length !== 1) {
    // One scheme's `42` and another's may be different people.
    findings.push({
      path,
      message:
        known.length === 0
          ? 'no scheme under auth says who is calling'
          : 'several schemes say who is calling, each in its own way',
      fix: 'name under schemes those that mean the same people as `postern credential set --subject`',
      concerns: [['auth']],
    })
  }
  return findings
}

/**
 * What people type when they connect a client is sealed with their client's tokens. A key of the gateway's is needed for
 * what is kept for others with `postern credential set`.
 */
function needsSealing({ headers, schemes }: Of<'sealed'>, api: string, config: Config): boolean {
  if (!isGivenTo(config, api, headers)) return true
  const fitting = schemes ?? config.auth.map(({ type }) => type)
  return config.auth.some(scheme => {
    if (!fitting.some(type => type === scheme.type)) return false
    if (scheme.type !== 'oauth') return true
    return scheme.identityProviders.length > 0 || scheme.signIn.some(({ type }) => type !== 'product')
  })
}

/** What people type goes to the API that verified it, in the headers that it was typed for. */
function checkGiven(
  headers: readonly string[],
  api: string,
  config: Config,
  path: ConfigPath,
): readonly Finding[] {
  const concerns = [['auth']]
  const verifiers = givenBy(config, headers)
  if (verifiers.length > 1) {
    return [
      {
        path,
        message: `people sign in with these headers for ${verifiers.join(' and ')}, and nobody could tell whose a credential is`,
        fix: 'sign in for one of them only, or with other headers',
        concerns,
      },
    ]
  }
  const ways = productSignIns(config.auth).filter(({ verify }) => verifyingApi(verify, config.apis) === api)
  if (verifiers.includes(api) || ways.length === 0) return []
  const typed = ways.map(way => way.headers.join(' and ')).join(', or ')
  return [
    {
      path: [...path, 'headers'],
      message: `not the headers that people sign in with for ${api}: what they give would not be used`,
      fix: `write ${typed}`,
      concerns,
    },
  ]
}

function checkStatic({ value }: Of<'static'>, path: ConfigPath): readonly Finding[] {
  const mistake = valueMistake(value)
  return mistake === undefined ? [] : [{ path: [...path, 'value'], ...mistake }]
}

function valueMistake(value: string): Pick<Finding, 'message' | 'fix'> | undefined {
  if (value.trim() === '') return { message: 'the value is empty', fix: 'set the variable it comes from' }
  if (/^(bearer|basic|token|apikey)\s*$/i.test(value.trim())) {
    return { message: 'nothing follows the scheme’s name', fix: 'set the variable the credential comes from' }
  }
  if (/[^\t\x20-\x7e]/.test(value)) {
    return {
      message: 'it has a line break or another character that a header can’t hold',
      fix: 'remove it; values from files often end with a line break',
    }
  }
  return value === value.trim()
    ? undefined
    : { message: 'it starts or ends with a space', fix: 'remove the space' }
}
