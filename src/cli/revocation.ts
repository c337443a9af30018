import { type Command, Option } from 'commander'
import { lift } from '../admin/lift.ts'
import { readInput } from '../admin/read-input.ts'
import { toRevocationAnswer } from '../admin/revocation-answer.ts'
import { revocationBody, toRevocation } from '../admin/revocation-body.ts'
import { revoke } from '../admin/revoke.ts'
import { parseDuration } from '../config/units.ts'
import { PosternError } from '../errors.ts'
import { REVOCABLE, type Revocable, type Revocation } from '../store/revocation.ts'
import type { Store } from '../store/store.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { table } from './table.ts'
import { minuteOf } from './token-table.ts'
import { withStore } from './with-store.ts'

type Target = Partial<Readonly<Record<Revocable, string>>>

interface CreateOptions extends Target {
  readonly recheck?: boolean
  readonly until?: string
  readonly reason?: string
}

/** `postern revocation create | list | lift`: what of credentials, subjects, organisations and clients is refused. */
export function registerRevocation(program: Command): void {
  const revocation = program
    .command('revocation')
    .description('refuses credentials of every scheme, or all of a subject, organisation or client')
  withTarget(revocation.command('create'))
    .description('revokes: the very next request is refused, on every instance')
    .option('--recheck', 'refuses nobody, but has the product asked anew what they may do')
    .option('--until <time>', 'when it ends by itself: 12h, 30d, or 2026-12-31T00:00:00Z')
    .option('--reason <words>', 'why, for whoever lists revocations')
    .action((options: CreateOptions, command: Command) =>
      withStore(readConfig(command), 'revocations', store => create(store, options)),
    )
  revocation
    .command('list')
    .description('lists what is revoked, minted tokens included')
    .option('--json', 'prints JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withStore(readConfig(command), 'revocations', async store => {
        await store.fresh()
        const now = Date.now()
        const all = store.revocations.all().filter(({ until }) => until === undefined || now < until)
        process.stdout.write(
          options.json ? `${JSON.stringify(all.map(toRevocationAnswer), null, 2)}\n` : asTable(all),
        )
      }),
    )
  withTarget(revocation.command('lift'))
    .description('takes a revocation back')
    .action((options: Target, command: Command) =>
      withStore(readConfig(command), 'revocations', async store => {
        const { kind, value } = targetOf(options)
        await lift(store, kind, value)
        process.stdout.write(`lifted ${kind} ${printable(value)}\n`)
      }),
    )
}

function withTarget(command: Command): Command {
  const words: Readonly<Record<Revocable, string>> = {
    credential: 'one credential, by its id in the audit: tok_…, oat_…, gra_…, crd_…, jti_…, jwt_…',
    subject: 'all of a person or machine',
    organization: 'all of an organisation',
    client: 'all of an OAuth client',
  }
  for (const kind of REVOCABLE) {
    const others = REVOCABLE.filter(other => other !== kind)
    const flag = kind === 'organization' ? '--org, --organization' : `--${kind}`
    command.addOption(new Option(`${flag} <id>`, words[kind]).conflicts(others))
  }
  return command
}

async function create(store: Store, options: CreateOptions): Promise<void> {
  const { until, recheck, reason } = options
  const isSpan = until !== undefined && parseDuration(until) !== undefined
  const body = {
    ...targetOf(options),
    ...(recheck && { recheck }),
    ...(until !== undefined && (isSpan ? { expiresIn: until } : { until })),
    ...(reason !== undefined && { reason }),
  }
  const schemas = { params: undefined, query: undefined, body: revocationBody }
  readInput(schemas, { params: {}, query: {}, body, webhook: undefined })
  const revocation = toRevocation(revocationBody.parse(body), Date.now())
  await revoke(store, revocation)
  const { kind, value } = revocation
  const done = revocation.recheck ? 'asked anew from now on' : 'revoked'
  process.stdout.write(`${done}: ${kind} ${printable(value)}\n`)
}

function targetOf(options: Target): { readonly kind: Revocable; readonly value: string } {
  for (const kind of REVOCABLE) {
    const value = options[kind]
    if (value !== undefined) return { kind, value }
  }
  throw new PosternError('invalid_params', {
    message: 'Say whom: --credential, --subject, --organization or --client.',
  })
}

function asTable(revocations: readonly Revocation[]): string {
  if (revocations.length === 0) return 'Nothing is revoked.\n'
  return table(
    ['kind', 'value', 'effect', 'since', 'until', 'reason'],
    revocations.map(revocation => {
      const { kind, value, recheck, at, until } = revocation
      const { liftable } = toRevocationAnswer(revocation)
      const end = liftable || recheck ? (minuteOf(until) ?? 'lifted') : 'for good'
      const effect = recheck ? 'recheck' : 'refused'
      return [kind, value, effect, minuteOf(at) ?? '', end, revocation.reason ?? '']
    }),
  )
}
