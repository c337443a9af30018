import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config/config.ts'
import { startServer } from '../server.ts'
import { packageVersion } from './package-version.ts'
import { readConfig } from './read-config.ts'

/** `postern serve`: runs the gateway until it is told to stop. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('runs the gateway; SIGHUP reloads the configuration, SIGTERM drains')
    .option('-p, --port <n>', 'port instead of the configured one; 0 takes a free one', parsePort)
    .action(async (options: { port?: number }, command: Command) => {
      const loadAgain = (): Config => {
        const config = readConfig(command)
        return { ...config, listen: { ...config.listen, port: options.port ?? config.listen.port } }
      }
      const config = loadAgain()
      const { app, url, stopped } = await startServer(config, { version: packageVersion(), loadAgain })
      for (const { server } of app.doors) {
        const count = server.tools.length === 1 ? '1 tool' : `${server.tools.length} tools`
        process.stderr.write(`${config.name}: ${count} at ${config.publicUrl ?? url}${server.path}\n`)
      }
      await stopped
    })
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('a port is a number from 0 to 65535')
}
