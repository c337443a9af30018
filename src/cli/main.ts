/** The command line: every command in one place, one file per command, loaded only when it is asked for. */
import { Command } from 'commander'
import { PosternError } from '../errors.ts'
import { packageVersion } from './package-version.ts'
import { describeFailure } from './read-config.ts'

type Register = (program: Command) => void

/** In the order in which `--help` lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  init: async () => (await import('./init.ts')).registerInit,
  check: async () => (await import('./check.ts')).registerCheck,
  tools: async () => (await import('./tools.ts')).registerTools,
  lint: async () => (await import('./lint.ts')).registerLint,
  lock: async () => (await import('./lock.ts')).registerLock,
  diff: async () => (await import('./diff.ts')).registerDiff,
  serve: async () => (await import('./serve.ts')).registerServe,
  stdio: async () => (await import('./stdio.ts')).registerStdio,
  bridge: async () => (await import('./bridge.ts')).registerBridge,
  token: async () => (await import('./token.ts')).registerToken,
  client: async () => (await import('./client.ts')).registerClient,
  connection: async () => (await import('./connection.ts')).registerConnection,
  revocation: async () => (await import('./revocation.ts')).registerRevocation,
  store: async () => (await import('./store.ts')).registerStore,
  audit: async () => (await import('./audit.ts')).registerAudit,
  credential: async () => (await import('./credential.ts')).registerCredential,
  call: async () => (await import('./call.ts')).registerCall,
  publish: async () => (await import('./publish.ts')).registerPublish,
  connect: async () => (await import('./connect.ts')).registerConnect,
  bundle: async () => (await import('./bundle.ts')).registerBundle,
  demo: async () => (await import('./demo.ts')).registerDemo,
}

const program = new Command('postern')
  .description('An authenticated MCP door in front of an API that already exists.')
  .version(packageVersion())
  .option('-c, --config <file>', 'configuration file', 'postern.yaml')
  .showHelpAfterError('(postern --help lists the commands)')

// `postern tools | head` ends the reader first, which is no failure of the command.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

for (const load of commandsFor(process.argv.slice(2))) (await load())(program)
try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`)
  if (!(error instanceof PosternError) && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
}

/** The one command that is named, or all of them where none is: for help, and for telling near names. */
function commandsFor(args: readonly string[]): (() => Promise<Register>)[] {
  const name = args.find(
    (arg, index) => !arg.startsWith('-') && !/^(-c|--config)$/.test(args[index - 1] ?? ''),
  )
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  return load === undefined ? Object.values(COMMANDS) : [load]
}
