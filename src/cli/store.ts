import type { Command } from 'commander'
import { PosternError } from '../errors.ts'
import { migrateStore } from '../store/migrate/migrate-store.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { printable } from './printable.ts'
import { type Place, readPlace } from './store/read-place.ts'

/** `postern store migrate`: takes everything that lasts to another store. */
export function registerStore(program: Command): void {
  const store = program.command('store').description('where tokens and revocations are kept')
  store
    .command('migrate <from> <to>')
    .description(
      'copies tokens, revocations, sealed credentials and the connections of OAuth, and compares both. Each is a configuration file, sqlite:PATH, or redis://HOST/DB?prefix=PREFIX (rediss: with TLS)',
    )
    .action(async (from: string, to: string) => {
      const [source, target] = [readPlace(from, 'from'), readPlace(to, 'to')]
      process.stderr.write(`from ${source.name}\nto   ${target.name}\n`)
      if (source.name === target.name) throw new PosternError('invalid_params', { message: SAME })
      await useStore(source, opened => useStore(target, other => migrate(opened, other)))
    })
}

const SAME = 'Both are the same store, so there is nothing to copy.'

async function migrate(from: Store, to: Store): Promise<void> {
  const { tokens, revocations, sealed, records } = await migrateStore(from, to)
  process.stdout.write(
    `copied and compared: ${tokens} tokens, ${revocations} revocations, ${sealed} sealed credentials, ${records} records of OAuth\n`,
  )
  process.stderr.write(
    'Not copied: what limits and failed sign-ins have counted, which begin anew, and OAuth access tokens, which clients refresh.\n',
  )
}

/** @throws PosternError what `use` throws; `store_unavailable` says which store can't be asked, and why */
async function useStore(place: Place, use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(place)
  try {
    await asked(place, store)
    await use(store)
  } finally {
    await store.close()
  }
}

async function asked({ name }: Place, store: Store): Promise<void> {
  try {
    await store.fresh()
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'store_unavailable') throw error
    throw new PosternError('store_unavailable', {
      message: `${name} can’t be asked: ${printable(error.detail ?? error.message)}`,
      cause: error,
    })
  }
}
