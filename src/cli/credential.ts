import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { PosternError } from '../errors.ts'
import {
  createSealedCredentials,
  type SealedCredentials,
  type SealedOwner,
} from '../upstream/credentials/sealed-credentials.ts'
import { createSealer } from '../upstream/credentials/sealer.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { readCredential } from './read-credential.ts'
import { table } from './table.ts'
import { withStore } from './with-store.ts'

interface OwnerOptions {
  readonly api: string
  readonly subject: string
  readonly organization?: string
}

/** `postern credential set | list | delete | reseal`: the credentials that are kept, encrypted, for callers. */
export function registerCredential(program: Command): void {
  const credential = program
    .command('credential')
    .description('upstream credentials of callers, encrypted in the store')
  withOwner(credential.command('set'))
    .description('keeps a credential; its headers come from standard input, a line `Name: value` for each')
    .action(async (options: OwnerOptions, command: Command) => {
      const config = readConfig(command)
      const names = headersOf(config, options.api)
      const headers = readCredential(await readInput(), names)
      await withSealed(config, sealed => sealed.set(ownerOf(options), headers))
      process.stdout.write(`kept for ${describe(ownerOf(options))}\n`)
    })
  credential
    .command('list')
    .description('lists for whom credentials are kept, never the credentials')
    .option('--json', 'prints JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withSealed(readConfig(command), async sealed => {
        const owners = await sealed.list()
        process.stdout.write(options.json ? `${JSON.stringify(owners, null, 2)}\n` : asTable(owners))
      }),
    )
  withOwner(credential.command('delete'))
    .description('deletes a credential: the very next call goes without it')
    .action((options: OwnerOptions, command: Command) =>
      withSealed(readConfig(command), async sealed => {
        const owner = ownerOf(options)
        if (!(await sealed.delete(owner))) throw notKept(owner)
        process.stdout.write(`deleted for ${describe(owner)}\n`)
      }),
    )
  credential
    .command('reseal')
    .description('encrypts all anew with the first of sealing.keys, so that older keys can be removed')
    .action((_options: unknown, command: Command) => withSealed(readConfig(command), reseal))
}

function withOwner(command: Command): Command {
  return command
    .requiredOption('--api <name>', 'API at which it signs in')
    .requiredOption('--subject <id>', 'whose it is, as the schemes under auth name them')
    .option('--org, --organization <id>', 'their organisation; needed where their credentials name one')
}

function ownerOf({ api, subject, organization }: OwnerOptions): SealedOwner {
  return { api, subject, organization }
}

async function withSealed(config: Config, use: (sealed: SealedCredentials) => Promise<void>): Promise<void> {
  const { sealing, name } = config
  if (sealing === undefined) {
    throw new PosternError('configuration_invalid', {
      message:
        'This configuration has no keys to encrypt credentials with. Add sealing: { keys: [{ file: ./sealing.key }] }, and to the API credentials: { type: sealed }.',
    })
  }
  await withStore(config, 'credentials', store =>
    use(createSealedCredentials(store, createSealer(sealing), name)),
  )
}

/** Names of the headers that the API's sealed credentials have. */
function headersOf(config: Config, name: string): readonly string[] {
  const api = config.apis.find(candidate => candidate.name === name)
  if (api === undefined) {
    const names = config.apis.map(each => each.name).join(', ')
    throw new PosternError('not_found', { message: `There is no API ${printable(name)}; there is ${names}.` })
  }
  const sealed = api.credentials.find(credential => credential.type === 'sealed')
  if (sealed?.type === 'sealed') return sealed.headers
  throw new PosternError('configuration_invalid', {
    message: `The API ${name} uses no sealed credentials. Add credentials: { type: sealed } to it.`,
  })
}

const MOST_INPUT = 64 * 1_024

async function readInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('A line `Name: value` for each header, then Ctrl-D:\n')
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > MOST_INPUT) break
  }
  return text
}

async function reseal(sealed: SealedCredentials): Promise<void> {
  const { resealed, unreadable } = await sealed.reseal()
  process.stdout.write(`encrypted anew: ${resealed}\n`)
  if (unreadable.length === 0) return
  throw new PosternError('sealed_credential_unreadable', {
    message: `Not readable with any of sealing.keys: ${unreadable.map(describe).join('; ')}.`,
  })
}

function notKept(owner: SealedOwner): PosternError {
  return new PosternError('not_found', {
    message: `None is kept for ${describe(owner)}. \`postern credential list\` shows for whom there are.`,
  })
}

function describe({ api, subject, organization }: SealedOwner): string {
  return printable(`${subject}${organization === undefined ? '' : ` (${organization})`} at ${api}`)
}

function asTable(owners: readonly SealedOwner[]): string {
  if (owners.length === 0) return 'None yet. `postern credential set --api … --subject …` keeps one.\n'
  return table(
    ['api', 'subject', 'organization'],
    owners.map(({ api, subject, organization = '' }) => [api, subject, organization]),
  )
}
