import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  getMcpConfigForManifest,
  type McpbManifestAny,
  unpackExtension,
  validateManifest,
} from '@anthropic-ai/mcpb'

/** A bundle as it is installed. */
export interface Installed {
  readonly directory: string
  readonly manifest: McpbManifestAny
}

/** Unpacks a bundle with the official tool, and has that check the manifest. */
export async function install(bytes: Uint8Array, directory: string): Promise<Installed> {
  const file = join(directory, 'given.mcpb')
  const outputDir = join(directory, 'installed')
  writeFileSync(file, bytes)
  const isUnpacked = await unpackExtension({ mcpbPath: file, outputDir, silent: true })
  if (!isUnpacked) throw new Error('the official tool can’t unpack it')
  const { log } = console
  const said: unknown[] = []
  console.log = (...words) => void said.push(...words)
  const isValid = validateManifest(outputDir)
  console.log = log
  if (!isValid) throw new Error(`the official tool finds it wrong: ${said.join(' ')}`)
  const manifest = JSON.parse(readFileSync(join(outputDir, 'manifest.json'), 'utf8')) as McpbManifestAny
  return { directory: outputDir, manifest }
}

/** What a run of an installed bundle put out. */
export interface Run {
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly answers: readonly any[]
  readonly errors: string
  readonly code: number | null
}

/**
 * Runs an installed bundle as Claude Desktop does: the command of the manifest with what the user entered put in by the
 * official tool, in an environment without anything of ours but what is named.
 */
export async function run(
  { directory, manifest }: Installed,
  entered: Readonly<Record<string, string>>,
  messages: readonly object[],
  { node = process.execPath, env = {} }: { node?: string; env?: Record<string, string> } = {},
): Promise<Run> {
  const config = await getMcpConfigForManifest({
    manifest,
    extensionPath: directory,
    systemDirs: {},
    userConfig: entered,
    pathSeparator: '/',
  })
  if (config?.command !== 'node') throw new Error('it can’t be started')
  const child = spawn(node, config.args ?? [], { cwd: '/', env: { ...env, ...config.env }, stdio: 'pipe' })
  const closed = once(child, 'close')
  child.stdin.end(messages.map(message => `${JSON.stringify(message)}\n`).join(''))
  const [output, errors] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()])
  const [code] = await closed
  const lines = Buffer.concat(output).toString().trim().split('\n')
  return {
    answers: lines.filter(line => line !== '').map(line => JSON.parse(line)),
    errors: Buffer.concat(errors).toString(),
    code,
  }
}

/** Every Node.js of this machine that a bundle says it runs with: the one of these tests, and the system's. */
export function nodes(): readonly string[] {
  const others = ['/usr/bin/node', '/usr/local/bin/node'].filter(
    path => existsSync(path) && major(path) >= 20,
  )
  return [process.execPath, ...others]
}

/** `postern`'s own package, for what must not get into a bundle. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function major(node: string): number {
  return Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1])
}
