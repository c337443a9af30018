/**
 * Tallybook as a process of its own: `node src/demo/main.ts --port 4010 --path ./tallybook.db`.
 * Prints its URL and runs until it is interrupted.
 */
import { parseArgs } from 'node:util'
import { createDemoBackend } from './backend.ts'

const USAGE = `Usage: node src/demo/main.ts [options]

  --host HOST             address to listen on (default 127.0.0.1)
  --port PORT             port; 0 takes a free one (default 4010)
  --path FILE             SQLite file, or :memory: (default :memory:)
  --service-token TOKEN   a fixed tally_pat_… of the machine user, for a gateway to sign in with
  --print-credentials     mints and prints a personal access token and a header pair of the accountant
  --help                  this text`

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '4010' },
      path: { type: 'string', default: ':memory:' },
      'service-token': { type: 'string' },
      'print-credentials': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return print(USAGE)
  const backend = createDemoBackend({ path: values.path, serviceToken: values['service-token'] })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void backend.close())
  try {
    print(await backend.listen({ host: values.host, port: portOf(values.port) }))
  } catch (error) {
    await backend.close()
    throw error
  }
  if (values['print-credentials']) {
    const { email, token } = backend.credentials.pair('accountant')
    print(`Authorization: Bearer ${backend.credentials.pat(['*'], 'accountant')}`)
    print(`Email: ${email}\nToken: ${token}`)
  }
}

function portOf(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port <= 65_535)) throw new Error(`${value} is not a port`)
  return port
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
