import type { Command } from 'commander'
import { mintToken } from '../auth/mint-token.ts'
import type { Config } from '../config/config.ts'
import { parseDuration } from '../config/units.ts'
import { shellWord } from '../console/shell-word.ts'
import { PosternError } from '../errors.ts'
import type { Store, TokenRecord } from '../store/store.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { table } from './table.ts'
import { withStore } from './with-store.ts'

interface CreateOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly expires?: string
  readonly subject?: string
  readonly org?: string
  readonly role?: readonly string[]
  readonly json?: boolean
}

/** `postern token create | list | revoke`: the personal access tokens that Postern mints and stores. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('personal access tokens')
  token
    .command('create')
    .description('mints a token and shows it once')
    .requiredOption('--name <name>', 'what it is for, 1 to 64 characters')
    .requiredOption('--scope <scope...>', 'what it allows, for example read:invoices')
    .option('--expires <duration>', 'how long it lives, for example 90d; default: until revoked')
    .option('--subject <id>', 'whose it is; default: the token’s name')
    .option('--org <id>', 'organisation it is confined to')
    .option('--role <role...>', 'roles of its bearer')
    .option('--json', 'prints JSON')
    .action(async (options: CreateOptions, command: Command) => {
      const config = readConfig(command)
      await withStore(config, 'tokens', store => create(store, config, options))
    })
  token
    .command('list')
    .description('lists the tokens, never their secrets')
    .option('--json', 'prints JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      await withStore(readConfig(command), 'tokens', async store => {
        const tokens = await store.listTokens()
        process.stdout.write(
          options.json ? `${JSON.stringify(tokens.map(publicRecord), null, 2)}\n` : asTable(tokens),
        )
      })
    })
  token
    .command('revoke <id>')
    .description('ends a token: the very next request with it is refused')
    .action(async (id: string, _options: unknown, command: Command) => {
      await withStore(readConfig(command), 'tokens', store => revoke(store, id))
    })
}

async function revoke(store: Store, id: string): Promise<void> {
  if (await store.revokeToken(id, Date.now())) {
    process.stdout.write(`revoked ${id}\n`)
    return
  }
  throw new PosternError('not_found', {
    message: `There is no token ${printable(id)}. \`postern token list\` shows the ids.`,
  })
}

async function create(store: Store, config: Config, options: CreateOptions): Promise<void> {
  const scheme = config.auth.find(candidate => candidate.type === 'token')
  if (scheme?.type !== 'token') {
    throw new PosternError('configuration_invalid', {
      message: 'This configuration does not accept tokens minted by Postern. Add `- type: token` under auth.',
    })
  }
  const minted = mintToken(
    {
      prefix: scheme.prefix,
      name: options.name,
      subject: options.subject ?? options.name,
      organization: options.org,
      roles: options.role ?? [],
      scopes: options.scope,
      expiresAt: options.expires === undefined ? undefined : Date.now() + lifetime(options.expires),
    },
    Date.now(),
  )
  await store.createToken(minted.record)
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ token: minted.token, ...publicRecord(minted.record) }, null, 2)}\n`,
    )
    return
  }
  process.stdout.write(`${minted.token}\n`)
  process.stderr.write(
    `Shown once: keep it now. Id ${minted.record.id}, scopes ${minted.record.scopes.join(' ')}.\n` +
      `\`postern tools --scope ${minted.record.scopes.map(shellWord).join(' ')}\` lists the tools that they allow.\n`,
  )
}

/** Beyond it a token does not really expire, and dates end. */
const LONGEST_LIFE = 100 * 366 * 86_400_000

function lifetime(text: string): number {
  const milliseconds = parseDuration(text)
  if (milliseconds !== undefined && milliseconds > 0 && milliseconds <= LONGEST_LIFE) return milliseconds
  throw new PosternError('invalid_params', {
    message: `--expires ${text}: not a time that a token can live; write 12h, 30d or 365d.`,
  })
}

function publicRecord({ hash: _hash, ...record }: TokenRecord) {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
  return {
    ...record,
    createdAt: time(record.createdAt),
    expiresAt: time(record.expiresAt),
    lastUsedAt: time(record.lastUsedAt),
    revokedAt: time(record.revokedAt),
  }
}

function asTable(tokens: readonly TokenRecord[]): string {
  if (tokens.length === 0) return 'No tokens yet. `postern token create --name … --scope …` makes one.\n'
  const day = (at: number | undefined, otherwise: string) =>
    at === undefined ? otherwise : new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  return table(
    ['id', 'name', 'token', 'subject', 'scopes', 'last used', 'state'],
    tokens.map(record => [
      record.id,
      record.name,
      `${record.hint}…`,
      record.organization === undefined ? record.subject : `${record.subject} (${record.organization})`,
      record.scopes.join(' '),
      day(record.lastUsedAt, 'never'),
      state(record, day),
    ]),
  )
}

function state(record: TokenRecord, day: (at: number | undefined, otherwise: string) => string): string {
  if (record.revokedAt !== undefined) return `revoked ${day(record.revokedAt, '')}`
  if (record.expiresAt === undefined) return 'active'
  return record.expiresAt <= Date.now() ? 'expired' : `until ${day(record.expiresAt, '')}`
}
