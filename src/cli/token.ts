import type { Command } from 'commander'
import { issueToken } from '../admin/issue-token.ts'
import { rotateToken } from '../admin/rotate-token.ts'
import { toTokenAnswer } from '../admin/token-answer.ts'
import type { MintedToken } from '../auth/mint-token.ts'
import type { Config } from '../config/config.ts'
import { shellWord } from '../console/shell-word.ts'
import { PosternError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { readSpan } from './read-span.ts'
import { tokenTable } from './token-table.ts'
import { withStore } from './with-store.ts'

interface CreateOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly expires?: string
  readonly subject?: string
  readonly organization?: string
  readonly role?: readonly string[]
  readonly json?: boolean
}

interface RotateOptions {
  readonly overlap: string
  readonly json?: boolean
}

/** `postern token create | list | rotate | revoke`: the personal access tokens that Postern mints and stores. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('personal access tokens')
  token
    .command('create')
    .description('mints a token and shows it once')
    .requiredOption('--name <name>', 'what it is for, 1 to 64 characters')
    .requiredOption('--scope <scope...>', 'what it allows, for example read:invoices')
    .option('--expires <duration>', 'how long it lives, for example 90d; default: until revoked')
    .option('--subject <id>', 'whose it is; default: the token’s name')
    .option('--org, --organization <id>', 'organisation it is confined to')
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
        process.stdout.write(options.json ? json(tokens.map(toTokenAnswer)) : tokenTable(tokens))
      })
    })
  token
    .command('rotate <id>')
    .description('mints a token like another one, which ends after the overlap, and shows it once')
    .requiredOption(
      '--overlap <duration>',
      'for how long the old one goes on, for example 1h; 0s: not at all',
    )
    .option('--json', 'prints JSON')
    .action(async (id: string, options: RotateOptions, command: Command) => {
      const config = readConfig(command)
      await withStore(config, 'tokens', store => rotate(store, config, id, options))
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
  const { name, subject = name, organization, role = [], scope, expires } = options
  const minted = await issueToken(
    store,
    prefixOf(config),
    {
      name,
      subject,
      ...(organization !== undefined && { organization }),
      roles: role,
      scopes: scope,
      lifetime: expires === undefined ? undefined : readSpan('--expires', expires, 1),
    },
    Date.now(),
  )
  if (show(minted, options)) return
  const { scopes } = minted.record
  process.stderr.write(
    `Shown once: keep it now. Id ${minted.record.id}, scopes ${scopes.join(' ')}.\n` +
      `\`postern tools --scope ${scopes.map(shellWord).join(' ')}\` lists the tools that they allow.\n`,
  )
}

async function rotate(store: Store, config: Config, id: string, options: RotateOptions): Promise<void> {
  const overlap = readSpan('--overlap', options.overlap, 0)
  const minted = await rotateToken(store, { id, overlap, prefix: prefixOf(config), now: Date.now() })
  if (show(minted, options)) return
  const end = overlap === 0 ? 'is revoked' : `ends in ${options.overlap}`
  process.stderr.write(`Shown once: keep it now. Id ${minted.record.id}; the old one ${end}.\n`)
}

/** Standard output is the token and nothing else. True where it was JSON, which needs no more words. */
function show({ token, record }: MintedToken, { json: asJson }: { readonly json?: boolean }): boolean {
  process.stdout.write(asJson ? json({ token, ...toTokenAnswer(record) }) : `${token}\n`)
  return asJson ?? false
}

function prefixOf({ auth }: Config): string | undefined {
  return auth.find(scheme => scheme.type === 'token')?.prefix
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
