import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { remoteUrl } from '../bridge/remote-url.ts'
import { bridgeFiles } from '../bundle/bridge-files.ts'
import type { Bundle } from '../bundle/bundle.ts'
import type { BundledScheme } from '../bundle/bundle-field.ts'
import { bundledSchemes } from '../bundle/bundled-schemes.ts'
import { describeBundle } from '../bundle/describe-bundle.ts'
import { isVersion } from '../bundle/is-version.ts'
import { makeBundle } from '../bundle/make-bundle.ts'
import { bundleManifest } from '../bundle/manifest.ts'
import { loadCatalogue } from '../catalogue/load-catalogue.ts'
import { selectTools } from '../catalogue/select-tools.ts'
import type { Config } from '../config/config.ts'
import { isLoopback } from '../config/loopback.ts'
import type { ServerConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { packageVersion } from './package-version.ts'
import { printable } from './printable.ts'
import { readConfig } from './read-config.ts'
import { replaceFile } from './replace-file.ts'
import { findServer, serverUrl } from './server-url.ts'

/** The options of `postern bundle`. */
export interface BundleOptions {
  readonly server?: string
  readonly out?: string
  readonly force?: boolean
  readonly url?: string
  readonly auth?: string
  readonly where?: string
  readonly tools?: boolean
  readonly icon?: string
  readonly author?: string
  readonly release?: string
  readonly privacyPolicy?: string
  readonly json?: boolean
}

/** `postern bundle`: a file that people open in Claude Desktop, enter their token, and are connected. */
export function registerBundle(program: Command): void {
  program
    .command('bundle')
    .description('makes an .mcpb file that connects Claude Desktop with a double click')
    .option('--server <path>', 'the endpoint; default: the first')
    .option('--out <file>', 'the file; default: the configuration’s name and .mcpb')
    .option('--force', 'replaces the file')
    .option('--url <url>', 'what reaches the endpoint; default: publicUrl and its path')
    .option(
      '--auth <type>',
      'what is asked for: token, bearer, headers, jwt or anonymous; default: the first that is configured',
    )
    .option('--where <sentence>', 'where people find their token: "Settings → API tokens."')
    .option('--tools', 'lists the tools in it, for everybody who has the file')
    .option('--icon <file>', 'PNG image, best 512 × 512')
    .option('--author <name>', 'who gives it away; default: the title')
    .option(
      '--release <version>',
      'its version; default: publication.version, else Postern’s. A higher one replaces what is installed',
    )
    .option('--privacy-policy <url>', 'the product’s privacy policy')
    .option('--json', 'prints JSON')
    .action(async (options: BundleOptions, command: Command) => {
      process.stdout.write(await writeBundle(readConfig(command), options))
    })
}

/**
 * Writes the bundle of one server of a configuration.
 *
 * @returns what to print
 * @throws PosternError `invalid_params` or `not_found` in words for the person at the terminal; nothing is written then
 */
export async function writeBundle(config: Config, options: BundleOptions): Promise<string> {
  const server = findServer(config, options.server)
  const bundle = await describe(config, server, options)
  const file = options.out ?? `${bundle.name}.mcpb`
  write(file, makeBundle(bundle, bridgeFiles()), options.force ?? false)
  return options.json
    ? `${JSON.stringify({ file, manifest: bundleManifest(bundle) }, null, 2)}\n`
    : `${words(file, bundle, bundledSchemes(config, server, options.auth)).join('\n')}\n`
}

async function describe(config: Config, server: ServerConfig, options: BundleOptions): Promise<Bundle> {
  const { release, author, auth, where, privacyPolicy } = options
  if (release !== undefined && !isVersion(release))
    throw refuse(`--release ${printable(release)} is no version. Write it like 1.2.0.`)
  if (privacyPolicy !== undefined && !(privacyPolicy.startsWith('https://') && URL.canParse(privacyPolicy))) {
    throw refuse('--privacy-policy must be an https:// URL.')
  }
  return describeBundle(config, server, {
    url: reachable(options.url ?? serverUrl(config, server)),
    ...{ version: packageVersion(), release, author, auth, where, privacyPolicy },
    icon: options.icon === undefined ? undefined : readIcon(options.icon),
    tools: options.tools ? await listTools(config, server) : undefined,
  })
}

function reachable(text: string): URL {
  const url = remoteUrl(text, true)
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return url
  throw refuse(
    `${url.origin} is plain http: what people enter would travel unencrypted. Set publicUrl to an https:// address, or give it with --url.`,
  )
}

/** What is shown before anybody has signed in: no tool that depends on who calls, and none that is only searched. */
async function listTools(config: Config, server: ServerConfig): Promise<Bundle['tools']> {
  const { catalogue } = await loadCatalogue(config)
  const listed = server.expose === 'search' ? [] : selectTools(catalogue, server)
  return listed
    .filter(tool => tool.when === undefined)
    .map(({ name, description }) => ({ name, description }))
}

const LARGEST_ICON = 2_000_000
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

function readIcon(file: string): Uint8Array {
  try {
    const image = readFileSync(file)
    if (!image.subarray(0, PNG.length).equals(PNG)) throw refuse(`${printable(file)} is no PNG image.`)
    if (image.length <= LARGEST_ICON) return image
  } catch (cause) {
    if (cause instanceof PosternError) throw cause
    throw refuse(`${printable(file)}: it can’t be read (${reason(cause)}).`, cause)
  }
  throw refuse(`${printable(file)} is larger than 2 MB. A PNG of 512 × 512 is best.`)
}

function write(file: string, bytes: Uint8Array, isForced: boolean): void {
  try {
    if (isForced) replaceFile(file, bytes)
    else writeFileSync(file, bytes, { flag: 'wx' })
  } catch (cause) {
    if (cause instanceof PosternError) throw cause
    const isThere = reason(cause) === 'EEXIST'
    const why = isThere
      ? 'there is such a file; --force replaces it'
      : `it can’t be written (${reason(cause)})`
    throw refuse(`${printable(file)}: ${why}.`, cause)
  }
}

function words(
  file: string,
  { title, url, fields }: Bundle,
  schemes: readonly BundledScheme[],
): readonly string[] {
  const asked = fields.map(({ label }) => label).join(' and ')
  const isMinted = schemes.some(({ type }) => type === 'token')
  return [
    `${printable(file)} connects Claude Desktop with ${url.href}.`,
    'Give it to whoever shall use it: there is no secret in it.',
    '',
    '1. They open it with a double click, or drag it onto Settings → Extensions in Claude Desktop.',
    `2. They choose Install${fields.length === 0 ? '.' : `, and enter ${asked}, which Claude Desktop keeps.`}`,
    `3. They switch ${title} on. Its tools are there in the next conversation.`,
    ...(isMinted ? ['', 'A token for one of them: postern token create --name NAME --scope SCOPE'] : []),
    ...(isLoopback(url.hostname)
      ? ['', 'The address is of this machine only. For others, set publicUrl or give --url https://…']
      : []),
  ]
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
}

function refuse(message: string, cause?: unknown): PosternError {
  return new PosternError('invalid_params', { message, cause })
}
