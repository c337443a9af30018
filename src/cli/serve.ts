import { type Command, InvalidArgumentError } from 'commander'
import { startServer } from '../server.ts'
import { packageVersion } from './package-version.ts'
import { readConfig } from './read-config.ts'

/** `postern serve`: runs the gateway until it is told to stop. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('runs the gateway')
    .option('-p, --port <n>', 'port instead of the configured one', parsePort)
    .action(async (options: { port?: number }, command: Command) => {
      const config = readConfig(command)
      const listen = { ...config.listen, port: options.port ?? config.listen.port }
      const { app, url, stopped } = await startServer({ ...config, listen }, { version: packageVersion() })
      for (const { server } of app.doors) {
        process.stderr.write(
          `${config.name}: ${server.tools.length} tools at ${config.publicUrl ?? url}${server.path}\n`,
        )
      }
      await stopped
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('a port is a number from 0 to 65535')
}
