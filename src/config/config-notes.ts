import { audienceNotes } from './audience-notes.ts'
import type { Config } from './config.ts'
import { exposedName } from './exposed-name.ts'
import { isLoopback } from './loopback.ts'
import { oauthNotes } from './oauth-notes.ts'
import type { ConfigProblem } from './problem.ts'
import { parseRedisAddress } from './redis-address.ts'
import { tenantNotes } from './tenant-notes.ts'
import { tlsNotes } from './tls-notes.ts'

type RedisConfig = Extract<Config['store'], { type: 'redis' }>

/**
 * What a configuration allows that a security review should know of. Nothing here is a mistake; `check` prints
 * it and `serve` logs it as warnings. Pure.
 *
 * @param baseUrls - where each API is reached, by its name, if the documents have been read; otherwise what the
 *   configuration says.
 */
export function configNotes(
  config: Config,
  baseUrls: ReadonlyMap<string, string> = new Map(),
): readonly ConfigProblem[] {
  return [
    ...unprovenSubjects(config),
    ...foreignTokens(config),
    ...plainUpstreams(config, baseUrls),
    ...anonymousCallers(config),
    ...unknownHosts(config),
    ...shortMemory(config),
    ...plainStore(config),
    ...lossyFailover(config),
    ...staleCallers(config),
    ...claimedClients(config),
    ...uncountedGuesses(config),
    ...oauthNotes(config),
    ...audienceNotes(config),
    ...tlsNotes(config),
    ...tenantNotes(config),
  ]
}

function unprovenSubjects({ auth }: Config): readonly ConfigProblem[] {
  return auth.flatMap((scheme, index) => {
    if (scheme.type !== 'headers' || scheme.subject === undefined) return []
    if (scheme.verify.identity !== undefined) return []
    return {
      path: `auth[${index}].verify`,
      message: `the product alone decides whether the ${scheme.subject} belongs to the rest of the credential`,
      fix: `set identity to where its answer names what ${scheme.subject} claims`,
    }
  })
}

function foreignTokens({ auth }: Config): readonly ConfigProblem[] {
  return auth.flatMap((scheme, index) => {
    if (scheme.type !== 'bearer' || !scheme.verify.introspection?.anyAudience) return []
    return {
      path: `auth[${index}].verify.introspection.anyAudience`,
      message: 'whoever has a token of that server, for whichever application, can sign in with it here',
      fix: 'set audience or clients, unless the server issues tokens for this gateway alone',
    }
  })
}

function plainUpstreams({ apis }: Config, baseUrls: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  return apis.flatMap(({ name, upstream }, index) => {
    const url = baseUrls.get(name) ?? upstream
    if (url === undefined || !URL.canParse(url)) return []
    const { protocol, hostname } = new URL(url)
    if (protocol !== 'http:' || isLoopback(hostname)) return []
    return {
      path: `apis[${index}].upstream`,
      message: `calls and their credentials go to ${hostname} over plain http`,
      fix: 'use https, unless that network is yours alone',
    }
  })
}

function anonymousCallers(config: Config): readonly ConfigProblem[] {
  const { allowAnonymous, auth } = config
  if (!allowAnonymous) return []
  const scheme = auth.find(candidate => candidate.type === 'anonymous')
  if (scheme === undefined) {
    return [
      {
        path: 'allowAnonymous',
        message: 'it allows a scheme that is not there',
        fix: 'remove it, so that a scheme added later has to be allowed anew',
      },
    ]
  }
  const name = exposedName(config)
  if (name === undefined) return []
  return [
    {
      path: 'allowAnonymous',
      message: `whoever reaches ${name} may do ${scheme.scopes.join(' ')} without a credential`,
      fix: 'remove it and the scheme anonymous, unless the API is public anyway',
    },
  ]
}

/** Host headers are checked, so an address for all interfaces serves no name by itself. */
function unknownHosts({ listen, publicUrl, allowedHosts }: Config): readonly ConfigProblem[] {
  if (isLoopback(listen.host) || publicUrl !== undefined || allowedHosts !== undefined) return []
  return [
    {
      path: 'publicUrl',
      message: `clients that name this server other than by ${listen.host} are refused`,
      fix: 'set publicUrl to what they type, or list the names in allowedHosts',
    },
  ]
}

function claimedClients({ limits }: Config): readonly ConfigProblem[] {
  return limits.flatMap(({ per }, index) => {
    if (per !== 'client') return []
    return {
      path: `limits[${index}].per`,
      message: 'clients name themselves, and one that is refused can give another name',
      fix: 'keep it for telling clients apart, and limit callers per principal or subject too',
    }
  })
}

/** Where clients type https and Postern speaks plain http, something stands in front. */
function uncountedGuesses({
  auth,
  failedSignIns,
  listen,
  publicUrl,
  trustedProxies,
}: Config): readonly ConfigProblem[] {
  if (auth.every(scheme => scheme.type === 'anonymous')) return []
  if (failedSignIns === false) {
    const message = 'credentials may be guessed as often as anybody likes'
    return [{ path: 'failedSignIns', message, fix: 'remove it, unless something in front counts guesses' }]
  }
  if (listen.tls !== undefined || trustedProxies.length > 0 || publicUrl?.startsWith('https:') !== true)
    return []
  return [
    {
      path: 'trustedProxies',
      message:
        'all callers have the address of the proxy that speaks https: audit can’t tell them apart, and they fail to sign in together',
      fix: 'list the proxy’s address, or range of addresses',
    },
  ]
}

/** Who can change what is said on the way can sign in as anybody. */
function plainStore({ store }: Config): readonly ConfigProblem[] {
  if (store.type !== 'redis') return []
  const host = plainHosts(store).find(each => !isLoopback(each))
  if (host === undefined) return []
  return [
    {
      path: 'store',
      message: `tokens and revocations travel to ${host} and back without TLS`,
      fix: 'use rediss:// (with sentinels: tls), unless that network is yours alone',
    },
  ]
}

function plainHosts({ url, sentinels, cluster, tls }: RedisConfig): readonly string[] {
  if (sentinels !== undefined) return tls === undefined ? sentinels.map(({ host }) => host) : []
  return (url === undefined ? (cluster ?? []) : [url]).flatMap(text => {
    const parsed = parseRedisAddress(text)
    if (!('address' in parsed) || parsed.address.tls || parsed.address.host === undefined) return []
    return [parsed.address.host]
  })
}

function lossyFailover({ store }: Config): readonly ConfigProblem[] {
  if (store.type !== 'redis' || (store.replicas ?? 0) > 0) return []
  if (store.sentinels === undefined && store.cluster === undefined) return []
  return [
    {
      path: 'store.replicas',
      message: 'a failover can lose a revocation or a token that was answered just before',
      fix: 'set it to 1, so that a replica has them before they are answered',
    },
  ]
}

function staleCallers({ store }: Config): readonly ConfigProblem[] {
  if (store.type !== 'redis' || store.onUnavailable !== 'stale') return []
  return [
    {
      path: 'store.onUnavailable',
      message: 'while Redis can’t be asked, whoever was just revoked may go on for as long as stale says',
      fix: 'remove it, unless a gap in service is worse than that',
    },
  ]
}

function shortMemory({ audit, store, auth, admin }: Config): readonly ConfigProblem[] {
  const notes: ConfigProblem[] = []
  if (audit.to === 'off') {
    notes.push({
      path: 'audit',
      message: 'nobody can find out later who called what, or was refused',
      fix: 'set it to stdout or to a file',
    })
  }
  const isSaidHere = admin !== undefined || auth.some(({ type }) => type === 'token' || type === 'oauth')
  if (store.type === 'memory' && isSaidHere) {
    notes.push({
      path: 'store',
      message: 'tokens and revocations are gone when the process ends',
      fix: 'use sqlite or redis',
    })
  }
  return notes
}
