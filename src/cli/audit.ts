import { createReadStream, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type AuditReport, verifyAudit } from '../audit/verify-audit.ts'
import { environment } from '../config/environment.ts'
import { PosternError } from '../errors.ts'
import { printable } from './printable.ts'
import { configFile, readConfig } from './read-config.ts'

interface VerifyOptions {
  readonly keyEnv?: readonly string[]
  readonly expect?: readonly string[]
  readonly json?: boolean
}

/** `postern audit verify`: whether the lines of an audit with `chain: true` are all there and as they were written. */
export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('the record of calls')
  audit
    .command('verify [file...]')
    .description('checks that no line of a chained audit was changed, removed, moved or put in; exit 1 if so')
    .option('--expect <hash>', 'a hash kept elsewhere, whose line has to be there; may be repeated', collect)
    .option(
      '--key-env <name>',
      'environment variable with a key, may be repeated; default: audit.key of the configuration',
      collect,
    )
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nFiles oldest first, the rotated ones before the one in use; default: audit.path of the configuration, `-` is standard input.',
    )
    .action(async (files: readonly string[], options: VerifyOptions, command: Command) => {
      await verify(files, options, command)
    })
}

function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value]
}

async function verify(files: readonly string[], options: VerifyOptions, command: Command): Promise<void> {
  const names = files.length === 0 ? [configuredFile(command)] : files
  const keys = options.keyEnv?.map(keyIn) ?? configuredKeys(command)
  const expected = (options.expect ?? []).map(hashOf)
  const notes: { file: string; line: number; note: string }[] = []
  const report = await verifyAudit(
    names.map(name => ({ name, chunks: name === '-' ? process.stdin : read(name) })),
    {
      keys,
      expected,
      onNote: note => {
        if (options.json) notes.push(note)
        else process.stdout.write(`${printable(`${note.file}:${note.line}: ${note.note}`)}\n`)
      },
    },
  )
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...report, keyed: keys.length > 0, notes }, null, 2)}\n`
      : render(report, keys.length > 0),
  )
  if (!report.ok) process.exitCode = 1
}

function render({ fault, lines, chains, last }: AuditReport, isKeyed: boolean): string {
  if (fault !== undefined) {
    const place = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}`
    return `BROKEN ${printable(`${place}: ${fault.problem}`)}\n${lines} lines before it are as they were written.\n`
  }
  const text = `ok: ${lines} lines in ${chains.length} ${chains.length === 1 ? 'chain' : 'chains'} are as they were written\n`
  const keyless = isKeyed
    ? ''
    : 'There is no key: somebody who can write the file could have made the chain anew. --expect a hash kept elsewhere shows that.\n'
  return `${text}last hash ${last ?? 'none'}\n${keyless}`
}

function configuredFile(command: Command): string {
  const { audit, directory } = readConfig(command)
  if (audit.to === 'file') return resolve(directory, audit.path)
  throw new PosternError('invalid_params', {
    message: `This configuration’s audit goes ${audit.to === 'off' ? 'nowhere' : 'to standard output'}. Name the file that it was kept in.`,
  })
}

/** No key where there is no configuration: then chains without one are expected, and others are not right. */
function configuredKeys(command: Command): readonly string[] {
  if (!existsSync(configFile(command))) return []
  const { audit } = readConfig(command)
  return audit.to === 'off' || audit.key === undefined ? [] : [audit.key]
}

function keyIn(name: string): string {
  const key = environment(name)
  if (key !== undefined) return key
  throw new PosternError('invalid_params', {
    message: `--key-env ${printable(name)}: this variable is not set.`,
  })
}

function hashOf(text: string): string {
  const hash = text.toLowerCase()
  if (/^[0-9a-f]{64}$/.test(hash)) return hash
  throw new PosternError('invalid_params', {
    message: `--expect ${printable(text)}: not a hash of a line; it has 64 hexadecimal digits.`,
  })
}

async function* read(name: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(name, { highWaterMark: 1_048_576 })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown reason'
    throw new PosternError('not_found', { message: `${printable(name)} can’t be read (${code}).`, cause })
  }
}
