import { type Command, Option } from 'commander'
import { createApp } from '../app.ts'
import { credentialHeaders } from '../bridge/credential-headers.ts'
import type { Config } from '../config/config.ts'
import { environment } from '../config/environment.ts'
import { nameError } from '../config/error-names.ts'
import { PosternError } from '../errors.ts'
import { serveStdio } from '../mcp/stdio.ts'
import { fileSignatures } from '../reload/file-signatures.ts'
import { configurationFiles, keepCurrent } from '../reload/keep-current.ts'
import { explainCredential } from './explain-credential.ts'
import { packageVersion } from './package-version.ts'
import { configFile, readConfig } from './read-config.ts'
import { serverIndex } from './server-index.ts'

interface StdioOptions {
  readonly server?: string
  readonly header?: readonly string[]
  /** Name of an environment variable. */
  readonly tokenFrom: string
}

const TOKEN_VARIABLE = 'POSTERN_TOKEN'

/** `postern stdio`: the same catalogue over standard input and output, for clients that only start processes. */
export function registerStdio(program: Command): void {
  program
    .command('stdio')
    .description('serves MCP over standard input and output; the credential comes from the environment')
    .option('--server <path>', 'the endpoint whose tools are served; default: the first')
    .option(
      '-H, --header <header...>',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
      'credential headers instead, "Email: ${EMAIL}"; ${NAME} reads the environment',
    )
    .addOption(
      new Option('--token-from <variable>', 'the environment variable that the credential comes from')
        .default(TOKEN_VARIABLE)
        .conflicts('header'),
    )
    .action(async (options: StdioOptions, command: Command) => {
      const load = () => readConfig(command)
      const seen = await fileSignatures(configurationFiles(configFile(command)))
      const config = load()
      const headers = presentedHeaders(config, options)
      const index = serverIndex(config, options.server)
      const app = await createApp(config, { version: packageVersion(), auditDescriptor: 2 })
      const [door] = app.doors.slice(index, index + 1)
      if (door === undefined) throw new Error('a configured server has no door')
      const rawHeaders = Object.entries(headers).flat()
      const variable = options.header === undefined ? options.tokenFrom : undefined
      const said = new Set<string>()
      // Asked again for every message: a revoked credential ends here as it does over HTTP.
      const authenticate = async () => {
        try {
          return await door.authenticate({ headers, rawHeaders })
        } catch (thrown) {
          const error = explainCredential(thrown, variable)
          if (error instanceof PosternError) {
            const { code, reason, message } = nameError(error, door.errorNames)
            // Clients keep what a server writes to standard error, and show little else.
            if (!said.has(code)) app.log.warn({ code, reason }, message)
            said.add(code)
          }
          throw error
        }
      }
      const keeper = keepCurrent(app, { load, seen, watch: true })
      // The end of the input is the end of the session: what runs is answered, and the audit written.
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.stdin.destroy())
      try {
        await serveStdio({
          door,
          input: process.stdin,
          output: process.stdout,
          lineLimit: config.requestLimit,
          authenticate,
        })
      } finally {
        keeper.close()
        await app.close()
      }
    })
}

/** Request headers, lower-case names, that present the given headers or the token of the environment to the schemes. */
function presentedHeaders(config: Config, { header, tokenFrom }: StdioOptions): Record<string, string> {
  if (header !== undefined) {
    const headers = Object.entries(credentialHeaders(header, environment))
    return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))
  }
  const token = environment(tokenFrom)
  if (token === undefined) return {}
  for (const scheme of config.auth) {
    if (scheme.type === 'headers' || scheme.type === 'anonymous') continue
    if (scheme.type === 'jwt' ? !isJwtLike(token) : !token.startsWith(scheme.prefix ?? '')) continue
    const header = scheme.header.toLowerCase()
    return { [header]: header === 'authorization' ? `Bearer ${token}` : token }
  }
  return { authorization: `Bearer ${token}` }
}

/** Three parts joined by dots, the first a JSON object in base64url. */
function isJwtLike(token: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(token)
}
