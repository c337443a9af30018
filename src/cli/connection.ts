import type { Command } from 'commander'
import { toConnectionAnswer } from '../admin/connection-answer.ts'
import type { Config } from '../config/config.ts'
import { PosternError } from '../errors.ts'
import type { Grant } from '../oauth/grant.ts'
import { createGrants } from '../oauth/grants/create-grants.ts'
import type { Grants } from '../oauth/grants/grants.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { table } from './table.ts'
import { minuteOf } from './token-table.ts'
import { withStore } from './with-store.ts'

interface ListOptions {
  readonly subject?: string
  readonly client?: string
  readonly json?: boolean
}

/** `postern connection list | revoke`: which OAuth clients are connected in whose name. */
export function registerConnection(program: Command): void {
  const connection = program
    .command('connection')
    .description('OAuth clients that people have connected: claude.ai, Cursor, …')
  connection
    .command('list')
    .description('lists the connections, never their tokens')
    .option('--subject <id>', 'only those in the name of this person or machine')
    .option('--client <id>', 'only those of this client_id')
    .option('--json', 'prints JSON')
    .action((options: ListOptions, command: Command) =>
      withGrants(readConfig(command), async grants => {
        const found = await all(grants, options)
        process.stdout.write(
          options.json ? `${JSON.stringify(found.map(toConnectionAnswer), null, 2)}\n` : asTable(found),
        )
      }),
    )
  connection
    .command('revoke <id>')
    .description('ends a connection with all its tokens: the very next request with one of them is refused')
    .action((id: string, _options: unknown, command: Command) =>
      withGrants(readConfig(command), async grants => {
        if (!ID.test(id) || !(await grants.revoke(id))) throw unknown(id)
        process.stdout.write(`revoked ${id}\n`)
      }),
    )
}

const ID = /^gra_[\w-]{1,64}$/
/** Connections read at once. */
const PAGE = 500

/** @throws PosternError `configuration_invalid` without an authorization server */
async function withGrants(config: Config, use: (grants: Grants) => Promise<void>): Promise<void> {
  const oauth = config.auth.find(scheme => scheme.type === 'oauth')
  if (oauth === undefined) {
    throw new PosternError('configuration_invalid', {
      message: 'This configuration has no authorization server. Add `- type: oauth` under auth.',
    })
  }
  await withStore(config, 'connections', store =>
    use(createGrants({ store, now: Date.now, oauth: () => oauth })),
  )
}

async function all(grants: Grants, { subject, client }: ListOptions): Promise<readonly Grant[]> {
  const found: Grant[] = []
  for (;;) {
    const page = await grants.page({ subject, client, after: found.at(-1)?.id, limit: PAGE })
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

function unknown(id: string): PosternError {
  return new PosternError('not_found', {
    message: `There is no connection ${printable(id)}. \`postern connection list\` shows the ids.`,
  })
}

function asTable(grants: readonly Grant[]): string {
  if (grants.length === 0) return 'No client is connected.\n'
  return table(
    ['id', 'client', 'known by', 'subject', 'scopes', 'server', 'connected', 'last used'],
    grants.map(({ id, client, subject, organization, scopes, resource, createdAt, usedAt }) => [
      id,
      client.name,
      client.host ?? client.id,
      organization === undefined ? subject : `${subject} (${organization})`,
      scopes.join(' '),
      resource,
      minuteOf(createdAt) ?? '',
      minuteOf(usedAt) ?? 'never',
    ]),
  )
}
