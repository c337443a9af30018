import type { Command } from 'commander'
import { credentialHeaders } from '../bridge/credential-headers.ts'
import { remoteUrl } from '../bridge/remote-url.ts'
import { runBridge } from '../bridge/run-bridge.ts'
import { environment } from '../config/environment.ts'

interface Options {
  readonly header: readonly string[]
  readonly insecureHttp?: boolean
}

/** `postern bridge`: a remote gateway over stdio, for clients that only start processes. */
export function registerBridge(program: Command): void {
  program
    .command('bridge <url>')
    .description('connects standard input and output to a remote MCP server')
    .option(
      '--header <header>',
      `'Name: value' that carries the credential; \${NAME} in it is read from the environment; repeatable`,
      (option: string, before: readonly string[]) => [...before, option],
      [],
    )
    .option('--insecure-http', 'allows plain http:// to other machines')
    .addHelpText('after', '\nPOSTERN_TOKEN in the environment is sent as `Authorization: Bearer …`.')
    .action(async (url: string, options: Options) => {
      await runBridge({
        url: remoteUrl(url, options.insecureHttp),
        credential: credentialHeaders(options.header, environment),
        input: process.stdin,
        output: process.stdout,
        errors: process.stderr,
      })
      // Whoever started this waits for its end; a client that has stopped reading may keep the input open.
      process.stdin.destroy()
    })
}
