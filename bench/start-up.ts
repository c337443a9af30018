import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { imageOptions } from './image-options.ts'
import type { Start } from './start-up-child.ts'
import type { Starts } from './start-up-report.ts'

/** The documents that are measured, beside the project; the corpus of `docs/corpus.md` has them. */
export const DOCUMENTS: readonly string[] = ['k8s.json', 'github.json', 'stripe.yaml'].map(name =>
  resolve(import.meta.dirname, '../../shared/corpus', name),
)

const CHILD = fileURLToPath(new URL('./start-up-child.ts', import.meta.url))
const LIMIT_MS = 120_000
/** What a gateway takes whatever the document: one operation, about which nothing is said. */
const SMALLEST = {
  openapi: '3.1.0',
  info: { title: 'Smallest', version: '1.0.0' },
  paths: { '/': { get: { operationId: 'get', responses: { 200: { description: 'Done.' } } } } },
}

/**
 * Starts a gateway for each document `rounds` times, and as often parses it alone, one after the other, each in a
 * process of its own.
 *
 * @param directory - for what the gateways write; exists already
 * @throws Error if a process fails, with its last words
 */
export async function measureStartUp(
  documents: readonly string[],
  rounds: number,
  directory: string,
): Promise<readonly Starts[]> {
  const smallest = join(directory, 'smallest.json')
  writeFileSync(smallest, JSON.stringify(SMALLEST))
  const idle: Start[] = []
  const measured = documents.map(path => ({ path, parsed: [] as Start[], served: [] as Start[] }))
  let count = 0
  const serve = async (document: string): Promise<Start> => {
    const own = join(directory, `start-${count++}`)
    mkdirSync(own)
    return run('serve', document, own)
  }
  for (let round = 0; round < rounds; round++) {
    idle.push(await serve(smallest))
    for (const { path, parsed, served } of measured) {
      parsed.push(await run('parse', path, directory))
      served.push(await serve(path))
    }
  }
  return measured.map(({ path, parsed, served }) => ({ document: basename(path), parsed, served, idle }))
}

async function run(mode: 'parse' | 'serve', document: string, directory: string): Promise<Start> {
  const args = [...imageOptions(), '--expose-gc', CHILD, mode, document, directory]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LIMIT_MS })
  return JSON.parse(stdout) as Start
}
