import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config/config.ts'
import { fileSignatures } from '../reload/file-signatures.ts'
import { configurationFiles } from '../reload/keep-current.ts'
import { startServer } from '../server.ts'
import { packageVersion } from './package-version.ts'
import { configFile, readConfig } from './read-config.ts'

/** `postern serve`: runs the gateway until it is told to stop. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('runs the gateway; reloads what changes, or at SIGHUP; SIGTERM drains')
    .option('-p, --port <n>', 'port instead of the configured one; 0 takes a free one', parsePort)
    .option('--no-watch', 'reloads at SIGHUP only, not when files or documents change')
    .action(async (options: { port?: number; watch: boolean }, command: Command) => {
      const load = (): Config => {
        const config = readConfig(command)
        return { ...config, listen: { ...config.listen, port: options.port ?? config.listen.port } }
      }
      const seen = await fileSignatures(configurationFiles(configFile(command)))
      const config = load()
      const { app, url, stopped } = await startServer(config, {
        version: packageVersion(),
        reload: { load, seen, watch: options.watch },
      })
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
