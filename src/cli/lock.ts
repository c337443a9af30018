import type { Command } from 'commander'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import type { LockFile } from '../catalogue/lock/lock-file.ts'
import { lockFileOf, readLock } from '../catalogue/lock/read-lock.ts'
import { renderLock } from '../catalogue/lock/render-lock.ts'
import { type PendingTool, type UpdatedLock, updateLock } from '../catalogue/lock/update-lock.ts'
import { PosternError } from '../errors.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { replaceFile } from './replace-file.ts'

interface LockOptions {
  readonly check?: boolean
  readonly approve?: readonly string[]
  readonly approveAll?: boolean
  readonly json?: boolean
}

/** `postern lock`: writes the lock file, which keeps tool names and says how much each tool may do. */
export function registerLock(program: Command): void {
  program
    .command('lock')
    .description('writes the lock file, which keeps the tools’ names and says what was approved')
    .option('--check', 'writes nothing; exit 1 if the file would change')
    .option('--approve <tool...>', 'approves these riskier tools of APIs with `approve: riskier`')
    .option('--approve-all', 'approves all of them')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nThe file is beside the configuration (postern.lock.json); keep it in version control. The gateway only reads it.',
    )
    .action(async (options: LockOptions, command: Command) => {
      const config = readConfig(command)
      const file = lockFileOf(config)
      const before = readLock(file)
      const { catalogue } = await loadCatalogue(config, { purpose: 'approve' })
      const named = new Set(options.approve)
      const updated = updateLock(
        before,
        catalogue,
        config.apis,
        name => options.approveAll === true || named.has(name),
      )
      refuseUnknown(named, updated)
      const text = renderLock(updated.lock)
      const changes = before === undefined || renderLock(before) !== text
      if (changes && !options.check) replaceFile(file, text)
      const outcome = { file, changes, written: changes && !options.check, ...summary(before, updated) }
      process.stdout.write(options.json ? `${JSON.stringify(outcome, null, 2)}\n` : render(outcome))
      if (changes && options.check) process.exitCode = 1
    })
}

function summary(before: LockFile | undefined, { lock, pending, approved }: UpdatedLock) {
  const namesOf = (file: LockFile | undefined) =>
    new Set([...(file?.apis.values() ?? [])].flatMap(({ tools }) => tools.map(({ name }) => name)))
  const [earlier, later] = [namesOf(before), namesOf(lock)]
  return {
    tools: later.size,
    added: [...later].filter(name => !earlier.has(name)),
    removed: [...earlier].filter(name => !later.has(name)),
    approved,
    pending,
  }
}

type Outcome = ReturnType<typeof summary> & {
  readonly file: string
  readonly changes: boolean
  readonly written: boolean
}

function render({ file, changes, written, tools, added, removed, approved, pending }: Outcome): string {
  const state = written ? 'written' : changes ? 'would change; run `postern lock`' : 'is up to date'
  const counts = [
    `${tools} ${tools === 1 ? 'tool' : 'tools'}`,
    `${added.length} added`,
    `${removed.length} removed`,
    ...(approved.length > 0 ? [`${approved.length} approved`] : []),
  ]
  const lines = [`${file}: ${state} (${counts.join(', ')})`, ...pending.map(waiting)]
  if (pending.length > 0) {
    lines.push(
      `${pending.length} ${pending.length === 1 ? 'tool stays' : 'tools stay'} hidden until approved: postern lock --approve ${pending.map(({ name }) => name).join(' ')}`,
    )
  }
  return `${lines.map(printable).join('\n')}\n`
}

function waiting({ name, operation, risks }: PendingTool): string {
  return `riskier: ${name} (${operation}): ${risks.join(', ')}`
}

/** A misspelt name would leave its author believing that the tool is approved. */
function refuseUnknown(named: ReadonlySet<string>, { pending, approved }: UpdatedLock): void {
  const unknown = [...named].filter(name => !approved.includes(name))
  if (unknown.length === 0) return
  const waiting =
    pending.length === 0 ? 'None does.' : `Waiting: ${pending.map(({ name }) => name).join(', ')}.`
  throw new PosternError('invalid_params', {
    message: `--approve ${unknown.map(printable).join(' ')}: no tool of this name waits for approval. ${waiting}`,
  })
}
