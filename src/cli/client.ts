import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { Config } from '../config/config.ts'
import type { OAuthConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { createClientSecrets } from '../oauth/clients/client-secret.ts'
import { createMachine, listMachines, type Machine, revokeMachine } from '../oauth/clients/machines.ts'
import type { Store } from '../store/store.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { siteUrl } from './server-url.ts'
import { table } from './table.ts'
import { minuteOf } from './token-table.ts'
import { withStore } from './with-store.ts'

interface CreateOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly subject?: string
  readonly organization?: string
  readonly role?: readonly string[]
  readonly key?: string
  readonly secret?: boolean
}

/** `postern client create | list | revoke`: OAuth clients of machines, which get tokens by client credentials. */
export function registerClient(program: Command): void {
  const client = program.command('client').description('OAuth clients for machines (client credentials)')
  client
    .command('create')
    .description('makes a client, and shows its secret once')
    .requiredOption('--name <name>', 'what it is for, 1 to 64 characters')
    .requiredOption('--scope <scope...>', 'what its tokens allow at most, for example read:invoices')
    .option('--subject <id>', 'whom its tokens speak for; default: its client_id')
    .option('--org, --organization <id>', 'organisation that its tokens are confined to')
    .option('--role <role...>', 'roles of its tokens')
    .addOption(
      new Option('--key <file>', 'JWKS file with its public keys (private_key_jwt)').conflicts('secret'),
    )
    .option('--secret', 'gives it a secret; default')
    .action(async (options: CreateOptions, command: Command) => {
      const config = readConfig(command)
      const oauth = oauthOf(config)
      await withStore(config, 'clients', store => create(store, { config, oauth }, options))
    })
  client
    .command('list')
    .description('lists the clients, never their secrets')
    .option('--json', 'prints JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withStore(readConfig(command), 'clients', async store => {
        const machines = await listMachines(store)
        process.stdout.write(
          options.json ? `${JSON.stringify(machines.map(toJson), null, 2)}\n` : asTable(machines),
        )
      }),
    )
  client
    .command('revoke <id>')
    .description('ends a client: it gets no more tokens, and those that it has are refused at once')
    .action((id: string, _options: unknown, command: Command) =>
      withStore(readConfig(command), 'clients', async store => {
        if (!(await revokeMachine(store, id, Date.now()))) throw unknown(id)
        process.stdout.write(`revoked ${id}\n`)
      }),
    )
}

interface Place {
  readonly config: Config
  readonly oauth: OAuthConfig
}

/** Lines that can be copied into an environment as they are; everything else goes to standard error. */
async function create(store: Store, { config, oauth }: Place, options: CreateOptions): Promise<void> {
  const { name, scope, subject, organization, role, key } = options
  const { machine, secret } = await createMachine(
    {
      ...{ name, subject, organization, roles: role, scopes: scope },
      keys: key === undefined ? undefined : readKeyFile(key),
    },
    { store, secrets: createClientSecrets(), prefix: oauth.prefix, now: Date.now() },
  )
  const lines = [
    `client_id=${machine.id}`,
    ...(secret === undefined ? [] : [`client_secret=${secret}`]),
    `token_endpoint=${siteUrl(config)}/oauth/token`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  const shown = secret === undefined ? '' : 'The secret is shown once: keep it now. '
  process.stderr.write(
    `${printable(machine.name)} speaks for ${printable(machine.subject)}, with ${machine.scopes.join(' ')} at most. ${shown}A token: POST grant_type=client_credentials and resource=<the MCP server’s URL> to the token endpoint.\n`,
  )
}

/** @throws PosternError `configuration_invalid` where machines could never get a token */
function oauthOf({ auth, signing }: Config): OAuthConfig {
  const oauth = auth.find(scheme => scheme.type === 'oauth')
  if (oauth === undefined) {
    throw new PosternError('configuration_invalid', {
      message: 'This configuration has no authorization server. Add `- type: oauth` under auth.',
    })
  }
  if (signing === undefined) {
    throw new PosternError('configuration_invalid', {
      message:
        'Tokens of machines are signed, and this configuration has no keys for that. Add signing: { keys: [{ file: ./signing.pem }] }.',
    })
  }
  return oauth
}

function readKeyFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'can’t be read'
    throw new PosternError('invalid_params', { message: `--key: ${printable(file)} ${reason}.` })
  }
}

function unknown(id: string): PosternError {
  return new PosternError('not_found', {
    message: `There is no client ${printable(id)}. \`postern client list\` shows the ids.`,
  })
}

/** Times as ISO 8601, as in the admin API. */
function toJson({ createdAt, revokedAt, ...machine }: Machine): object {
  return {
    ...machine,
    createdAt: new Date(createdAt).toISOString(),
    ...(revokedAt !== undefined && { revokedAt: new Date(revokedAt).toISOString() }),
  }
}

function asTable(machines: readonly Machine[]): string {
  if (machines.length === 0) return 'No clients yet. `postern client create --name … --scope …` makes one.\n'
  return table(
    ['client_id', 'name', 'subject', 'scopes', 'proves itself by', 'state'],
    machines.map(({ id, name, subject, organization, scopes, authentication, revokedAt }) => [
      id,
      name,
      organization === undefined ? subject : `${subject} (${organization})`,
      scopes.join(' '),
      authentication === 'client_secret' ? 'secret' : 'key',
      revokedAt === undefined ? 'active' : `revoked ${minuteOf(revokedAt)}`,
    ]),
  )
}
