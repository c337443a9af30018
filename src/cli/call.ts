import type { Command } from 'commander'
import { credentialHeaders } from '../bridge/credential-headers.ts'
import { remoteUrl } from '../bridge/remote-url.ts'
import { environment } from '../config/environment.ts'
import { callTool } from './call/call-tool.ts'
import { openTerminal } from './call/open-terminal.ts'
import { readArguments } from './call/read-arguments.ts'
import { renderResult } from './call/render-result.ts'
import { readConfig } from './read-config.ts'
import { findServer, serverUrl } from './server-url.ts'

interface Options {
  readonly arg: readonly string[]
  readonly json?: string
  readonly url?: string
  readonly header: readonly string[]
  readonly server?: string
  readonly raw?: boolean
  readonly insecureHttp?: boolean
}

/** `postern call`: calls a tool through a running gateway. Exit 1 when the tool reports an error. */
export function registerCall(program: Command): void {
  const collect = (value: string, before: readonly string[]) => [...before, value]
  program
    .command('call <tool>')
    .description('calls a tool through a running gateway')
    .option(
      '--arg <name=value>',
      'an argument, typed by the tool’s schema; name:=json is JSON; repeatable',
      collect,
      [],
    )
    .option('--json <object>', 'the arguments as one JSON object')
    .option('--url <url>', 'the MCP endpoint; default: from the configuration')
    .option(
      '--header <header>',
      `'Name: value' that carries the credential; \${NAME} in it is read from the environment; repeatable`,
      collect,
      [],
    )
    .option('--server <path>', 'which endpoint of the configuration; default: the first')
    .option('--raw', 'prints the whole result as JSON')
    .option('--insecure-http', 'allows plain http:// to other machines')
    .showHelpAfterError(
      '(an argument of the tool is --arg name=value; postern call --help lists the options)',
    )
    .addHelpText('after', '\nPOSTERN_TOKEN in the environment is sent as `Authorization: Bearer …`.')
    .action(async (tool: string, options: Options, command: Command) => {
      const result = await callTool({
        url: remoteUrl(options.url ?? configuredUrl(command, options.server), options.insecureHttp),
        credential: credentialHeaders(options.header, environment),
        tool,
        args: schema => readArguments(options.arg, options.json, schema),
        terminal: openTerminal(),
      })
      const text = options.raw
        ? `${JSON.stringify(result, null, 2)}\n`
        : renderResult(result, process.stdout.isTTY ?? false)
      process.stdout.write(text)
      if (result.isError) process.exitCode = 1
    })
}

function configuredUrl(command: Command, path: string | undefined): string {
  const config = readConfig(command)
  return serverUrl(config, findServer(config, path))
}
