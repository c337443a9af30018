import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import { storeSchema } from '../../config/schema/store.ts'
import type { StoreConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { printable } from '../printable.ts'

/** A store that the command line names. */
export interface Place extends Pick<Config, 'store' | 'directory'> {
  /** For people: where it is, without user and password. Two places of one name are one store. */
  readonly name: string
}

/**
 * Reads where a store is: a configuration file, `sqlite:PATH`, or `redis://HOST/DB?prefix=PREFIX`. No message repeats
 * what was written: it may hold a password.
 *
 * @param side - `from`: a file must exist already
 * @throws PosternError `invalid_params`, `configuration_invalid`
 */
export function readPlace(text: string, side: 'from' | 'to'): Place {
  const place = /^(sqlite|rediss?):/.test(text) ? readUrl(text) : readFile(text)
  const { store, directory } = place
  if (store.type === 'memory') {
    throw refused(
      'a store in memory lives only inside its gateway: nothing can be copied there, or from there',
    )
  }
  if (store.type === 'sqlite' && side === 'from' && !existsSync(resolve(directory, store.path))) {
    throw refused(`there is no file ${printable(resolve(directory, store.path))}`)
  }
  return place
}

function readFile(file: string): Place {
  if (!existsSync(file)) {
    throw refused(
      `there is no file ${printable(file.slice(0, 200))}; write a configuration file, sqlite:PATH or redis://HOST/DB?prefix=PREFIX`,
    )
  }
  const { store, directory } = loadConfig(file)
  return { store, directory, name: nameOf(store, directory) }
}

function readUrl(text: string): Place {
  const directory = process.cwd()
  const store = text.startsWith('sqlite:') ? sqliteAt(text.slice('sqlite:'.length)) : redisAt(text)
  return { store, directory, name: nameOf(store, directory) }
}

function sqliteAt(path: string): StoreConfig {
  if (path === '' || path.startsWith('//')) throw refused('write sqlite: and the path of the file')
  return { type: 'sqlite', path }
}

function redisAt(text: string): StoreConfig {
  if (!URL.canParse(text)) throw refused('this is no URL of a Redis server')
  const url = new URL(text)
  const names = [...url.searchParams.keys()]
  const keyPrefix = url.searchParams.get('prefix')
  if (keyPrefix === null || names.length !== 1) {
    throw refused(
      'a Redis URL has one parameter, the prefix of the installation’s keys: ?prefix=acme: (by default a configuration’s name and a colon)',
    )
  }
  url.search = ''
  const read = storeSchema.safeParse({ type: 'redis', url: url.href, keyPrefix })
  if (read.success && read.data.type === 'redis') return { ...read.data, keyPrefix }
  throw refused(`this Redis URL can’t be used: ${read.error?.issues.map(issue => issue.message).join('; ')}`)
}

function nameOf(store: StoreConfig, directory: string): string {
  if (store.type === 'memory') return 'memory'
  if (store.type === 'sqlite') return `sqlite ${printable(resolve(directory, store.path))}`
  const database = store.db === undefined ? '' : ` database ${store.db}`
  return printable(`redis ${addressOf(store)}${database} with the prefix ${store.keyPrefix}`)
}

function addressOf({ url, sentinels, master, cluster }: Extract<StoreConfig, { type: 'redis' }>): string {
  if (sentinels !== undefined) {
    return `of the master ${master} at ${sentinels.map(({ host, port }) => `${host}:${port}`).join(', ')}`
  }
  const addresses = url === undefined ? (cluster ?? []) : [url]
  return addresses
    .map(address => {
      const { protocol, host, pathname } = new URL(address)
      return `${protocol}//${host}${pathname}`
    })
    .join(', ')
}

function refused(reason: string): PosternError {
  return new PosternError('invalid_params', { message: `This can’t be copied: ${reason}.` })
}
