import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'
import { parseRedisAddress, type RedisAddress } from '../redis-address.ts'

type RedisConfig = Extract<Config['store'], { type: 'redis' }>

/** Ways to a Redis that contradict each other or miss a part. No finding shows a URL, a user or a password. */
export function checkStore({ store }: Config): readonly Finding[] {
  if (store.type !== 'redis') return []
  const ways = (['url', 'sentinels', 'cluster'] as const).filter(way => store[way] !== undefined)
  if (ways.length === 0) {
    const fix = 'add url, or sentinels and master, or cluster'
    return [{ path: ['store'], message: 'it does not say where Redis is', fix }]
  }
  if (ways.length > 1) {
    const message = `${ways.join(' and ')} name different Redis installations`
    return [{ path: ['store', ways[1] ?? 'url'], message, fix: 'keep one of them' }]
  }
  return [...pairs(store), ...sentinel(store), ...addresses(store)]
}

function pairs({ username, password, sentinelUsername, sentinelPassword, tls }: RedisConfig): Finding[] {
  const findings: Finding[] = []
  const needs = (path: string[], key: string, other: string) =>
    findings.push({ path: ['store', ...path, key], message: `${key} needs ${other}`, fix: `add ${other}` })
  if (username !== undefined && password === undefined) needs([], 'username', 'password')
  if (sentinelUsername !== undefined && sentinelPassword === undefined)
    needs([], 'sentinelUsername', 'sentinelPassword')
  if (tls?.cert !== undefined && tls.key === undefined) needs(['tls'], 'cert', 'key')
  if (tls?.key !== undefined && tls.cert === undefined) needs(['tls'], 'key', 'cert')
  return findings
}

function sentinel(store: RedisConfig): Finding[] {
  if (store.sentinels !== undefined) {
    if (store.master !== undefined) return []
    const fix = 'add what the Sentinels call it, like mymaster'
    return [{ path: ['store', 'sentinels'], message: 'the name of the master is missing', fix }]
  }
  return (['master', 'sentinelUsername', 'sentinelPassword'] as const)
    .filter(key => store[key] !== undefined)
    .map(key => ({
      path: ['store', key],
      message: 'it means nothing without Sentinels',
      fix: 'add sentinels, or remove it',
    }))
}

function addresses(store: RedisConfig): Finding[] {
  const urls = store.cluster ?? (store.url === undefined ? [] : [store.url])
  const parsed = urls
    .map(url => parseRedisAddress(url))
    .flatMap(each => ('address' in each ? each.address : []))
  if (parsed.length !== urls.length || parsed.length === 0) return []
  const path = ['store', store.cluster === undefined ? 'url' : 'cluster']
  const findings: Finding[] = []
  const add = (message: string, fix: string, at = path) =>
    findings.push({ path: at, message, fix, secret: true })
  if (parsed.some(hasCredentials) && (store.username ?? store.password) !== undefined)
    add('the user and password are in the URL and beside it', 'write them in one place')
  if (store.tls !== undefined && parsed.some(address => !address.tls))
    add('tls is configured for a connection without TLS', 'write rediss://', ['store', 'tls'])
  if (store.cluster !== undefined) {
    for (const [message, fix] of clusterMistakes(parsed)) add(message, fix)
    if (store.db !== undefined && store.db !== 0)
      add('a Cluster has only the database 0', 'remove db', ['store', 'db'])
  } else if (store.db !== undefined && parsed.some(({ db }) => db !== undefined && db !== store.db)) {
    add('the URL names another database', 'write it in one place', ['store', 'db'])
  }
  return findings
}

function clusterMistakes(parsed: readonly RedisAddress[]): (readonly [string, string])[] {
  const mistakes: (readonly [string, string])[] = []
  if (parsed.some(({ socket }) => socket !== undefined))
    mistakes.push([
      'the nodes of a Cluster can’t be reached over a Unix socket',
      'write redis:// or rediss://',
    ])
  if (new Set(parsed.map(({ tls }) => tls)).size > 1)
    mistakes.push(['some URLs have TLS and some have not', 'write rediss:// for all'])
  if (parsed.some(({ db }) => db !== undefined && db !== 0))
    mistakes.push(['a Cluster has only the database 0', 'take the number from the URLs'])
  const signIns = new Set(parsed.map(({ username, password }) => JSON.stringify([username, password])))
  if (signIns.size > 1)
    mistakes.push(['the URLs have different users or passwords', 'write them once, as username and password'])
  return mistakes
}

function hasCredentials({ password }: RedisAddress): boolean {
  return password !== undefined
}
